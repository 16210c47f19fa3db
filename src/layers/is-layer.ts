import type { Layer } from './layer.ts'

/** Whether a value is a layer, told by its members, so that bundles have only the layers that they use. */
export function isLayer(value: unknown): value is Layer {
  const { type, options, params } = (value ?? {}) as Partial<Layer>
  return typeof type === 'string' && typeof options === 'function' && typeof params === 'object'
}
