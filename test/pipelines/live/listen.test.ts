import { describe, expect, it } from 'vitest'
import type { RecognitionEvent } from '../../../src/pipelines/live/recognizer-stream.ts'
import { heardIn, spoken, strung } from '../../support/live.ts'
import { smallRecognizer } from '../../support/recognizer.ts'

const recognizer = await smallRecognizer({
  system: 'measures-logistic',
  options: { frontEnd: { set: 'speech', functionals: true } },
})
const options = { sampleRate: 16000, windowSeconds: 1, hopSeconds: 1 }
const { sound } = strung(spoken(2), 1)
const expected = heardIn(recognizer.stream(options), sound, [4000])

function* chunks(asked: { count: number } = { count: 0 }): Generator<Float32Array> {
  for (let at = 0; at < sound.length; at += 4000) {
    asked.count++
    yield sound.subarray(at, at + 4000)
  }
}

async function* slowly(): AsyncGenerator<Float32Array> {
  for (const chunk of chunks()) yield await Promise.resolve(chunk)
}

async function allOf(events: AsyncIterable<RecognitionEvent>): Promise<RecognitionEvent[]> {
  const list: RecognitionEvent[] = []
  for await (const event of events) list.push(event)
  return list
}

/** A stream of the web that gives a chunk when it is asked for one. */
function webStream(asked: { count: number }, cancelled: unknown[] = []): ReadableStream<Float32Array> {
  const source = chunks(asked)
  return new ReadableStream<Float32Array>(
    {
      pull(controller) {
        const { done, value } = source.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => void cancelled.push(reason),
    },
    { highWaterMark: 0 },
  )
}

describe('Recognizer.listen', () => {
  it('gives the events of a stream, from iterables and streams of the web', async () => {
    expect(await allOf(recognizer.listen(slowly(), options))).toEqual(expected)
    expect(await allOf(recognizer.listen(chunks(), options))).toEqual(expected)
    expect(await allOf(recognizer.listen(webStream({ count: 0 }), options))).toEqual(expected)
  })

  it('locks no stream before it is read', async () => {
    const asked = { count: 0 }
    const source = webStream(asked)
    await recognizer.listen(source, options).return(undefined)
    expect([source.locked, asked.count]).toEqual([false, 0])
  })

  it('reads streams that cannot be iterated over, as in some browsers', async () => {
    const reader = webStream({ count: 0 }).getReader()
    expect(await allOf(recognizer.listen({ getReader: () => reader }, options))).toEqual(expected)
  })

  it('asks for no chunk before the events of the last were taken', async () => {
    const asked = { count: 0 }
    const events = recognizer.listen(webStream(asked), options)
    expect(asked.count).toBe(0)
    const { value } = await events.next()
    expect(value).toMatchObject({ kind: 'window', start: 0, end: 1 })
    expect(asked.count).toBe(4)
    await events.next()
    expect(asked.count).toBe(8)
    await events.return()
  })

  it('cancels the source when the loop is left, and lets go of it', async () => {
    const cancelled: unknown[] = []
    const stream = webStream({ count: 0 }, cancelled)
    for await (const event of recognizer.listen(stream, options)) if (event.end === 1) break
    expect(cancelled).toHaveLength(1)
    expect(stream.locked).toBe(false)
  })

  it('passes on the error of a source, and of a chunk that is no sound', async () => {
    async function* broken(): AsyncGenerator<Float32Array> {
      yield sound.subarray(0, 100)
      throw new Error('unplugged')
    }
    await expect(allOf(recognizer.listen(broken(), options))).rejects.toThrow('unplugged')
    const cancelled: unknown[] = []
    const bytes = new ReadableStream<never>({
      start: (controller) => controller.enqueue(new Uint8Array(4) as never),
      cancel: (reason) => void cancelled.push(reason),
    })
    await expect(allOf(recognizer.listen(bytes, options))).rejects.toThrow('bytes of a file are none')
    expect(cancelled).toHaveLength(1)
  })

  it('refuses at once what gives no chunks, and wrong options', () => {
    for (const source of [undefined, null, 5, 'sound', {}]) {
      expect(() => recognizer.listen(source as never, options)).toThrow(
        'Recognizer.listen: "source" expected a ReadableStream or an AsyncIterable of chunks of samples',
      )
    }
    expect(() => recognizer.listen(chunks(), {} as never)).toThrow('Recognizer.listen: "sampleRate" expected')
  })
})
