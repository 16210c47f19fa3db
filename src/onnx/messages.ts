/**
 * The messages of an ONNX file that are used here: the field numbers of onnx.proto3 (onnx 1.23; the numbers never change), as tables
 * from which they are written, and read. Fields that a value leaves undefined are not written.
 */

/** Kind of a field: a number, a text, bytes, a list of numbers (packed), or a message. */
export type FieldKind = 'int' | 'float' | 'string' | 'bytes' | 'ints' | 'floats' | 'doubles' | MessageFields

/** A field: its number, its kind, and whether it stands any number of times. */
export interface Field {
  readonly tag: number
  readonly kind: FieldKind
  readonly repeated: boolean
}

/** The fields of a message by their names here. */
export interface MessageFields {
  readonly [name: string]: Field
}

function one(tag: number, kind: FieldKind): Field {
  return { tag, kind, repeated: false }
}

function many(tag: number, kind: FieldKind): Field {
  return { tag, kind, repeated: true }
}

/** A name with a text: StringStringEntryProto. */
export interface EntryMessage {
  key: string
  value: string
}

const entryFields: MessageFields = { key: one(1, 'string'), value: one(2, 'string') }

/** Numbers of element types. */
export const elementType = { float32: 1, int32: 6, int64: 7, bool: 9 } as const

/** TensorProto: a constant, with its elements as little-endian bytes; files of others may have them as numbers, or elsewhere. */
export interface TensorMessage {
  dims: number[]
  dataType: number
  name: string
  rawData?: Uint8Array
  floatData?: number[]
  int32Data?: number[]
  int64Data?: number[]
  doubleData?: number[]
  stringData?: Uint8Array[]
  /** Names such as `location`, `offset`, `length`, where the elements are in another file. */
  externalData?: EntryMessage[]
  dataLocation?: number
}

const tensorFields: MessageFields = {
  ...{ dims: one(1, 'ints'), dataType: one(2, 'int'), name: one(8, 'string'), rawData: one(9, 'bytes') },
  ...{
    floatData: one(4, 'floats'),
    int32Data: one(5, 'ints'),
    int64Data: one(7, 'ints'),
    doubleData: one(10, 'doubles'),
  },
  ...{ stringData: many(6, 'bytes'), externalData: many(13, entryFields), dataLocation: one(14, 'int') },
}

/** Numbers of the kinds of attributes. */
export const attributeType = { f: 1, i: 2, s: 3, floats: 6, ints: 7, strings: 8 } as const

/** AttributeProto: one of its values is there. */
export interface AttributeMessage {
  name: string
  type: number
  f?: number
  i?: number
  s?: Uint8Array
  floats?: number[]
  ints?: number[]
  strings?: Uint8Array[]
  t?: TensorMessage
}

const attributeFields: MessageFields = {
  ...{ name: one(1, 'string'), f: one(2, 'float'), i: one(3, 'int'), s: one(4, 'bytes') },
  ...{ t: one(5, tensorFields), floats: one(7, 'floats'), ints: one(8, 'ints'), strings: many(9, 'bytes') },
  type: one(20, 'int'),
}

/** NodeProto: an operator with the names of its inputs and outputs. */
export interface NodeMessage {
  input: string[]
  output: string[]
  name: string
  opType: string
  attribute: AttributeMessage[]
  /** Of operators beside ONNX's own. */
  domain?: string
}

const nodeFields: MessageFields = {
  ...{ input: many(1, 'string'), output: many(2, 'string'), name: one(3, 'string'), opType: one(4, 'string') },
  ...{ attribute: many(5, attributeFields), domain: one(7, 'string') },
}

/** A dimension: a size, or a name for one that is known at run time. */
export interface DimensionMessage {
  dimValue?: number
  dimParam?: string
}

/** ValueInfoProto: an input or output with its element type and shape. */
export interface ValueMessage {
  name: string
  type: { tensorType: { elemType: number; shape: { dim: DimensionMessage[] } } }
  docString?: string
}

const shapeFields: MessageFields = {
  dim: many(1, { dimValue: one(1, 'int'), dimParam: one(2, 'string') }),
}
const typeFields: MessageFields = {
  tensorType: one(1, { elemType: one(1, 'int'), shape: one(2, shapeFields) }),
}
const valueFields: MessageFields = { name: one(1, 'string'), type: one(2, typeFields), docString: one(3, 'string') }

/** GraphProto. */
export interface GraphMessage {
  node: NodeMessage[]
  name: string
  initializer: TensorMessage[]
  docString?: string
  input: ValueMessage[]
  output: ValueMessage[]
}

const graphFields: MessageFields = {
  ...{ node: many(1, nodeFields), name: one(2, 'string'), initializer: many(5, tensorFields) },
  ...{ docString: one(10, 'string'), input: many(11, valueFields), output: many(12, valueFields) },
}

/** ModelProto: the whole file. */
export interface ModelMessage {
  irVersion: number
  producerName: string
  producerVersion: string
  docString?: string
  graph: GraphMessage
  opsetImport: { domain: string; version: number }[]
  metadataProps: EntryMessage[]
}

/** Fields of {@link ModelMessage}. */
export const modelFields: MessageFields = {
  ...{ irVersion: one(1, 'int'), producerName: one(2, 'string'), producerVersion: one(3, 'string') },
  docString: one(6, 'string'),
  ...{
    opsetImport: many(8, { domain: one(1, 'string'), version: one(2, 'int') }),
    metadataProps: many(14, entryFields),
  },
  // The graph is written last: a file that was cut off ends within it.
  graph: one(7, graphFields),
}
