import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool, StatisticsPool } from '../../src/layers/pool.ts'
import { Residual } from '../../src/layers/residual.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { normalSequences } from '../support/random.ts'

const network = (): Sequential =>
  new Sequential([
    new Dense({ inputs: 39, units: 64, activation: 'relu' }),
    new FrameStack({ frames: 3 }),
    new Bidirectional(new LSTM({ units: 128 })),
    new Residual([new LayerNorm(), new Dropout()]),
    new LastPool(),
    new Dense({ units: 4, activation: 'softmax' }),
  ])

const lines = (...text: string[]): string => text.join('\n')

describe('the summary of a network', () => {
  const wanted = lines(
    'Sequential: [T, 39] -> [1, 4], 6 layers, 333,572 parameters, float32',
    '  layer                            output            parameters',
    '  0 dense (relu)                   [T, 64]                2,560',
    '  1 frameStack (3 frames, step 3)  [ceil(T/3), 192]           0',
    '  2 bidirectional (lstm)           [1, 256]             329,472',
    '  3 residual                       [1, 256]                 512',
    '     0 layerNorm                   [1, 256]                 512',
    '     1 dropout (0.5)               [1, 256]                   0',
    '  4 lastPool                       [1, 256]                   0',
    '  5 dense (softmax)                [1, 4]                 1,028',
  )

  it('has layers, output shapes and parameters', () => {
    expect(network().summary()).toBe(wanted)
  })

  it('is what consoles and String give, a line of it within other objects', () => {
    const net = network()
    expect(inspect(net)).toBe(wanted)
    expect(String(net)).toBe(wanted)
    expect(inspect({ net })).toBe(lines('{', `  net: ${wanted.split('\n')[0]}`, '}'))
  })

  it('has the shapes and counts that the network has', () => {
    const net = network()
    const [x] = normalSequences('x', [10], 39)
    expect(net.forward(x).shape).toEqual([1, 4])
    expect(net.parameters.data.length).toBe(333_572)
    const counts = [...net.summary().matchAll(/^ {2}\d.* ([\d,]+)$/gm)].map(([, n]) => Number(n.replaceAll(',', '')))
    expect(counts.reduce((sum, n) => sum + n)).toBe(333_572)
  })

  it.each([40, 50, 60])('fits %i columns', (width) => {
    const text = network().summary({ width })
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width)
    expect(inspect(network(), { breakLength: width })).toBe(text)
  })

  it('has each layer over its shape where the table is too wide', () => {
    expect(network().summary({ width: 40 }).split('\n').slice(0, 8)).toEqual([
      'Sequential: [T, 39] -> [1, 4], 6 layers,',
      '  333,572 parameters, float32',
      '  0 dense (relu)',
      '    [T, 64], 2,560 parameters',
      '  1 frameStack (3 frames, step 3)',
      '    [ceil(T/3), 192], 0 parameters',
      '  2 bidirectional (lstm)',
      '    [1, 256], 329,472 parameters',
    ])
  })

  it('says what sets layers apart', () => {
    const layers = [
      new RNN({ inputs: 2, units: 3, activation: 'relu' }),
      new Bidirectional(new GRU({ units: 2 }), { merge: 'sum' }),
      new Dropout({ rate: 0.2, variational: true }),
      new FrameStack({ frames: 2, step: 1 }),
      new Residual([new Residual([new Dense({ units: 5 })])]),
      new StatisticsPool({ statistics: ['mean', 'sd'] }),
    ]
    expect(new Sequential(layers, { dtype: 'float64' }).summary()).toBe(
      lines(
        'Sequential: [T, 2] -> [1, 10], 6 layers, 159 parameters, float64',
        '  layer                            output   parameters',
        '  0 rnn (relu)                     [T, 3]           18',
        '  1 bidirectional (gru, sum)       [T, 2]           76',
        '  2 dropout (0.2, variational)     [T, 2]            0',
        '  3 frameStack (2 frames, step 1)  [T, 4]            0',
        '  4 residual                       [T, 5]           65',
        '     0 residual                    [T, 5]           45',
        '        0 dense (linear)           [T, 5]           25',
        '  5 statisticsPool (mean, sd)      [1, 10]           0',
      ),
    )
    const heads = new Sequential([new AttentionPool({ inputs: 3, heads: 2 })])
    expect(heads.summary()).toContain('0 attentionPool (2 heads)  [1, 6]          18')
    expect(new Sequential([new GRU({ inputs: 2, units: 2 }), new MeanPool()]).summary()).toContain('1 meanPool  [1, 2]')
  })

  it('is there for MLPs', () => {
    const mlp = new MLP({ layers: [429, 256, 4] })
    const wanted = lines(
      'MLP: [n, 429] -> [n, 4], 2 layers, 111,108 parameters, crossEntropy, float32',
      '  layer              output    parameters',
      '  0 dense (sigmoid)  [n, 256]     110,080',
      '  1 dense (softmax)  [n, 4]         1,028',
    )
    expect(mlp.summary()).toBe(wanted)
    expect(inspect(mlp)).toBe(wanted)
  })

  it('refuses what is no width', () => {
    expect(() => network().summary({ width: 39 })).toThrow(
      'Sequential.summary: "width" expected an integer >= 40, got 39',
    )
    expect(() => network().summary({ columns: 80 } as never)).toThrow(/unknown option "columns"/)
    expect(() => new MLP({ layers: [2, 2] }).summary({ width: 1 })).toThrow(RangeError)
    expect(() => new LSTM({ units: 2 }).summary({ width: 1 })).toThrow(/Layer.summary: "width"/)
  })
})

describe('the summary of a layer that stands alone', () => {
  it('has the names and shapes of its parameters', () => {
    const dense = new Dense({ inputs: 3, units: 2, dtype: 'float64' })
    const wanted = lines('Dense (linear): [T, 3] -> [T, 2], 8 parameters, float64', '  W [3, 2], b [2]')
    expect(dense.summary()).toBe(wanted)
    expect(inspect(dense)).toBe(wanted)
    expect(inspect([dense, dense])).toContain('  Dense (linear): [T, 3] -> [T, 2], 8 parameters, float64,\n')
  })

  it('says where the inputs are not known, and makes no weights', () => {
    expect(inspect(new LSTM({ units: 4 }))).toBe('LSTM: [T, ?] -> [T, 4], inputs not known yet')
    expect(inspect(new MeanPool())).toBe('MeanPool: [T, ?] -> [1, ?], inputs not known yet')
    expect(inspect(new Residual([new Dense({ units: 4 })]))).toBe('Residual: [T, ?] -> [T, 4], inputs not known yet')
    const layer = new Dense({ inputs: 2, units: 2 })
    String(layer)
    // With weights it could no longer become part of a skip.
    expect(() => new Residual([layer])).not.toThrow()
  })
})

describe('histories', () => {
  const sequences = normalSequences('history', [4, 3], 2)
  const small = (): Sequential =>
    new Sequential([new Dense({ inputs: 2, units: 2, activation: 'softmax' }), new MeanPool()])

  it('are tables of their epochs, the middle of long ones left out', async () => {
    const validation = { sequences, labels: [0, 1] }
    const history = await small().fit(sequences, [0, 1], { optimizer: new Adam(), epochs: 12, validation })
    const text = inspect(history).split('\n')
    expect(text[0]).toBe('History: 12 epochs, best 12')
    expect(text[1]).toMatch(/^ {2}epoch +loss +validationLoss +validationAccuracy +gradientNorm +learningRate$/)
    expect(text.slice(2).map((line) => line.trim().split(/\s+/)[0])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '...',
      '8',
      '9',
      '10',
      '11',
      '12',
    ])
    for (const line of text) expect(line.length).toBeLessThanOrEqual(80)
    const narrow = inspect(history, { breakLength: 40 }).split('\n')
    for (const line of narrow) expect(line.length).toBeLessThanOrEqual(40)
    expect(narrow[1]).toMatch(/loss +validationLoss$/)
    expect(history.epochs).toHaveLength(12)
    expect(JSON.parse(JSON.stringify(history))).toEqual(history)
  })

  it('say why a training ended', async () => {
    const history = await small().fit(sequences, [0, 1], { optimizer: new LBFGS(), epochs: 300 })
    expect(history.ending).toBeDefined()
    expect(inspect(history)).toContain(`epochs, best ${history.bestEpoch}. ${history.ending?.message}\n`)
  })
})
