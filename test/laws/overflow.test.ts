import { describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { resample } from '../../src/audio/resample.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { floatView } from '../../src/core/array.ts'
import { matrix } from '../../src/core/matrix.ts'
import { concatenateColumns } from '../../src/features/columns.ts'
import { deltas } from '../../src/features/deltas.ts'
import { logEnergy } from '../../src/features/energy.ts'
import { functionals } from '../../src/features/functionals.ts'
import { logMel, mfcc } from '../../src/features/mfcc.ts'
import type { MfccOptions } from '../../src/features/mfcc-options.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { pitch } from '../../src/features/pitch.ts'
import { alignSpeakers } from '../../src/features/speaker-alignment.ts'
import { spectrogram } from '../../src/features/spectrum/spectrogram.ts'
import { averageFrames, spliceFrames, stackFrames } from '../../src/features/stacking.ts'
import { Standardizer } from '../../src/features/standardizer.ts'

const sampleRate = 16000
const tone = (size: number): Float64Array =>
  Float64Array.from({ length: 3000 }, (_, n) => size * Math.sin((2 * Math.PI * 200 * n) / sampleRate))
const rows = (size: number) =>
  floatView(
    Float64Array.from({ length: 300 }, (_, n) => size * Math.sin(n * n)),
    [100, 3],
  )

const plain = (size: number): number[][] => Array.from({ length: 9 }, (_, t) => [size * Math.sin(t), size])

/** Whatever takes floats, by the size of its numbers; each gives numbers. */
const doors: Record<string, (size: number) => ArrayLike<number>> = {
  mfcc: (size) => mfcc(tone(size), { sampleRate, dtype: 'float64' }).data,
  'mfcc with the energy of the spectrum': (size) => mfcc(tone(size), { sampleRate, energy: 'spectrum' }).data,
  'mfcc, scaled': (scale) => mfcc(tone(1), { sampleRate, scale }).data,
  'mfcc, liftered': (lifter) => mfcc(tone(1), { sampleRate, lifter }).data,
  logMel: (size) => logMel(tone(size), { sampleRate, energyColumn: 'frame', deltas: 2 }).data,
  'MfccStream.push': (size) => new MfccStream({ sampleRate }).push(tone(size)).flatMap((row) => Array.from(row)),
  pitch: (size) => pitch(tone(size), { sampleRate }).data,
  resample: (size) => resample(tone(size), sampleRate, 44100),
  toMono: (size) => toMono({ channels: [tone(size), tone(size)] }),
  'encodeWav, float32': (size) =>
    decodeWav(encodeWav({ sampleRate, channels: [tone(size)] }, { format: 'float32' })).channels[0],
  'Standardizer.fit': (size) => new Standardizer().fit([rows(size)]).scale.data,
  'Standardizer.transform': (size) => matrixData(new Standardizer().fit([rows(1)]).transform(rows(size))),
  'Standardizer.transform of an utterance': (size) =>
    matrixData(new Standardizer({ statistics: 'utterance' }).transform(rows(size))),
  'Standardizer.inverseTransform': (size) =>
    matrixData(new Standardizer().fit([rows(1e30)]).inverseTransform(rows(size))),
  functionals: (size) => functionals(rows(size)).data,
  deltas: (size) => deltas(rows(size)).data,
  matrix: (size) => matrix(rows(size)).data,
  'stackFrames of plain numbers': (size) => stackFrames(plain(size)).data,
  'spliceFrames of plain numbers': (size) => spliceFrames(plain(size)).data,
  'averageFrames of plain numbers': (size) => averageFrames(plain(size)).data,
  'concatenateColumns of plain numbers': (size) => concatenateColumns(plain(size), plain(1)).data,
  spectrogram: (size) => spectrogram(tone(size), { sampleRate }).data,
  averageFrames: (size) => averageFrames(rows(size)).data,
  alignSpeakers: (size) => alignSpeakers([rows(size), rows(1)], ['a', 'b'], [1])[0].data,
  'alignSpeakers of training speakers': (size) => alignSpeakers([rows(size), rows(1)], ['a', 'b'], [0])[1].data,
  logEnergy: (size) => logEnergy(tone(size), { sampleRate }).data,
}

const matrixData = ({ data }: ReturnType<typeof floatView>): ArrayLike<number> => data

describe.each(Object.entries(doors))('%s', (_, door) => {
  it.each([1e-320, 1e-200, 1e20, 1e38, 1e100, 1e155, 1e200, 1e300, 1.7e308])(
    'of numbers up to %d gives numbers or an error',
    (size) => {
      let given: ArrayLike<number> = []
      try {
        given = door(size)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
      expect(Array.from(given).every(Number.isFinite)).toBe(true)
    },
  )

  it('of numbers of usual size is no error', () => {
    expect(Array.from(door(0.7)).every(Number.isFinite)).toBe(true)
  })
})

describe('what overflows is told', () => {
  const options = (more: Partial<MfccOptions>): MfccOptions => ({ sampleRate, ...more })

  it.each<[string, () => unknown]>([
    [
      'mfcc: "samples" expected samples within +-1e+70, got 1e+200 at index 2',
      () => mfcc(Float64Array.of(0, 0, 1e200), options({})),
    ],
    ['mfcc: "scale" expected a finite number <= 1e+30, got 1e+300', () => mfcc(tone(1), options({ scale: 1e300 }))],
    ['mfcc: "lifter" expected 0 or a number >= 0.000001, got 5e-324', () => mfcc(tone(1), options({ lifter: 5e-324 }))],
    [
      'pitch: "samples" expected samples within +-1e+70, got 1e+71 at index 0',
      () => pitch(Float64Array.of(1e71), { sampleRate }),
    ],
    [
      'resample: "samples" expected numbers whose result fits, got up to 1.7',
      // The filter overshoots at the ends.
      () => resample(new Float64Array(400).fill(1.7e308), 8000, 16000),
    ],
    [
      'toMono: "channels" expected numbers whose result fits, got up to 1e+39',
      () => toMono({ channels: [Float64Array.of(1e39)] }),
    ],
    [
      'encodeWav: "channels[0]" expected numbers whose result fits, got up to 1e+39',
      () => encodeWav({ sampleRate, channels: [Float64Array.of(1e39)] }, { format: 'float32' }),
    ],
    ['stackFrames: "x" expected numbers whose result fits, got up to 1e+39', () => stackFrames([[1, 1e39]])],
    ['matrix: "rows" expected numbers whose result fits, got up to 1e+39', () => matrix([[1, 1e39]])],
    [
      'alignSpeakers: "sequences[0]" expected numbers whose result fits, got up to 3e+39',
      () =>
        alignSpeakers(
          [
            [[1e39], [3e39]],
            [[1], [2]],
          ],
          ['a', 'b'],
          [0],
        ),
    ],
    [
      'Standardizer.fit: expected numbers whose squares can be summed, those of column 1 are too large',
      () =>
        new Standardizer().fit([
          [
            [1, 1e200],
            [2, -1e200],
          ],
        ]),
    ],
  ])('%s', (message, call) => {
    expect(call).toThrow(RangeError)
    expect(call).toThrow(message)
  })

  it('infinity among the samples still spoils what resample gives, as before', () => {
    expect(resample(Float64Array.of(1, Number.POSITIVE_INFINITY, 0), 8000, 16000).every(Number.isFinite)).toBe(false)
  })
})
