/** Optional packages that read formats of other tools. */
import { StateError } from '../../core/errors.ts'
import { importUnbundled } from '../../core/optional.ts'
import type { XmlElement } from '../../corpora/foreign/elan.ts'

async function needed<Module>(loading: Promise<Module>, what: string, name: string): Promise<Module> {
  try {
    return await loading
  } catch (cause) {
    throw new StateError(`${what} is read by the optional package ${name}: npm install ${name}`, { cause })
  }
}

/** Parses YAML; every scalar stays text. */
export async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await needed(importUnbundled<typeof import('yaml')>('yaml'), 'db.yaml', 'yaml')
  return parse(text, { schema: 'failsafe' })
}

/** Parses XML; entities other than those of XML itself are refused, external ones never resolved. */
export async function parseXmlRoot(text: string): Promise<XmlElement> {
  const name = '@rgrove/parse-xml'
  const { parseXml } = await needed(
    importUnbundled<typeof import('@rgrove/parse-xml')>('@rgrove/parse-xml'),
    'ELAN',
    name,
  )
  return parseXml(text).root as unknown as XmlElement
}

/** The rows of a Parquet file. */
export async function parquetRows(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const { parquetReadObjects } = await needed(
    importUnbundled<typeof import('hyparquet')>('hyparquet'),
    'a table in Parquet',
    'hyparquet',
  )
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  return await parquetReadObjects({ file })
}
