/** Messages to bytes. */
import { PbfWriter } from 'pbf'
import { type Field, type FieldKind, type MessageFields, type ModelMessage, modelFields } from './messages.ts'

type Values = Record<string, unknown>

function writeField(pbf: PbfWriter, tag: number, kind: FieldKind, value: unknown): void {
  if (typeof kind === 'object') pbf.writeMessage(tag, (inner: Values) => writeFields(pbf, kind, inner), value as Values)
  else if (kind === 'int') pbf.writeVarintField(tag, value as number)
  else if (kind === 'float') pbf.writeFloatField(tag, value as number)
  else if (kind === 'string') pbf.writeStringField(tag, value as string)
  else if (kind === 'bytes') pbf.writeBytesField(tag, value as Uint8Array)
  else if (kind === 'ints') pbf.writePackedVarint(tag, value as number[])
  else if (kind === 'floats') pbf.writePackedFloat(tag, value as number[])
  else pbf.writePackedDouble(tag, value as number[])
}

function writeFields(pbf: PbfWriter, fields: MessageFields, values: Values): void {
  for (const [name, { tag, kind, repeated }] of Object.entries<Field>(fields)) {
    const value = values[name]
    if (value === undefined) continue
    for (const item of repeated ? (value as unknown[]) : [value]) writeField(pbf, tag, kind, item)
  }
}

/** The bytes of a model's file. */
export function encodeModel(model: ModelMessage): Uint8Array {
  const pbf = new PbfWriter()
  writeFields(pbf, modelFields, model as unknown as Values)
  return pbf.finish()
}
