// Seeded inputs, float32.
import ndarray from 'ndarray'
import { decodeNpy, encodeNpy, Random, syntheticCorpus } from 'ser-core'

/** Normals of any shape. */
export function normals(shape, seed = 1) {
  const data = new Float32Array(sizeOf(shape))
  new Random(seed).normalInto(data)
  return ndarray(data, shape)
}

/** Fair bits of any shape. */
export function bits(shape, seed = 1) {
  const data = new Float32Array(sizeOf(shape))
  new Random(seed).bernoulliInto(data, 0.5)
  return ndarray(data, shape)
}

/** `seconds` of noise at 16 kHz: the work of a front end does not depend on the sound. */
export function noise(seconds, seed = 1) {
  const data = new Float32Array(seconds * 16_000)
  new Random(seed).uniformInto(data, -0.5, 0.5)
  return ndarray(data, [data.length])
}

/** `seconds` of the synthetic voices at 16 kHz, one behind the other: the work of eGeMAPS depends on what is voiced. */
export function voices(seconds) {
  const data = new Float32Array(seconds * 16_000)
  let at = 0
  for (const { samples } of syntheticCorpus()) {
    const clip = samples().subarray(0, data.length - at)
    data.set(clip, at)
    at += clip.length
    if (at === data.length) break
  }
  return ndarray(data, [data.length])
}

/** The class i % 4 for the i-th of `count` sequences. */
export function fourClasses(count) {
  return ndarray(
    Float32Array.from({ length: count }, (_, i) => i % 4),
    [count],
  )
}

/** The sequences [T, D] of an array [B, T, D], views of it. */
export function sequencesOf({ data, shape: [count, T, D] }) {
  return Array.from({ length: count }, (_, i) => ndarray(data.subarray(i * T * D, (i + 1) * T * D), [T, D]))
}

/** The numbers of an array as a vector in an .npy file, which has two dimensions at most here. */
export function toNpy({ data }) {
  return encodeNpy(ndarray(data, [data.length]))
}

/** The array of a shape whose numbers {@link toNpy} wrote. */
export function fromNpy(bytes, shape) {
  return ndarray(decodeNpy(bytes).data, shape)
}

function sizeOf(shape) {
  return shape.reduce((product, length) => product * length, 1)
}
