import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CorpusReference } from '../../src/experiments/corpora.ts'
import { software } from '../../src/node/provenance.ts'
import type { FoldRequest } from '../../src/node/queue/fold-request.ts'
import { FoldSources } from '../../src/node/queue/fold-sources.ts'
import { checkRequest, permittedCorpus, signatureOf } from '../../src/node/queue/permitted.ts'
import { serveQueue } from '../../src/node/queue/serve.ts'
import { createSystem } from '../../src/pipelines/systems.ts'
import { damaged, damages, isOwnError, placesIn } from '../support/wrong.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'permitted-'))
  await mkdir(join(folder, 'corpora', 'own'), { recursive: true })
  await mkdir(join(folder, 'private'))
  await writeFile(join(folder, 'private', 'list.csv'), 'words of nobody else\n')
  await symlink(join(folder, 'private'), join(folder, 'corpora', 'link'))
})
afterAll(async () => await rm(folder, { recursive: true }))

function requestOf(corpus: CorpusReference): FoldRequest {
  const planned = { name: 'quick', system: 'functionals-mlp' as const, options: { epochs: 1 } }
  return {
    job: { id: 'quick/strict/seed-1/a', ...planned, protocol: 'strict', seed: 1, speaker: 'a' },
    corpus,
    settings: createSystem('functionals-mlp', { epochs: 1 }).settings,
    systems: [planned],
    origin: { software: software(), utterances: 2, recordings: 'none' },
  }
}

describe('a worker of a queue', () => {
  it('opens recordings within the allowed folders only, whatever a link names', async () => {
    const allow = [join(folder, 'corpora')]
    const at = (...parts: string[]) => permittedCorpus(requestOf({ kind: 'folder', path: join(...parts) }), { allow })
    expect(await at(folder, 'corpora', 'own')).toMatchObject({ path: join(folder, 'corpora', 'own') })
    const places = [['private'], ['corpora', 'link'], ['corpora', '..', 'private'], ['none'], ['corpora-2'], ['.']]
    for (const place of places)
      await expect(at(folder, ...place)).rejects.toThrow(/may not use the recordings of the job/)
  })

  it('opens its own corpus whatever path the job names, but no table of votes elsewhere', async () => {
    const data = join(folder, 'corpora', 'own')
    const job = requestOf({ kind: 'folder', path: join(folder, 'private') })
    expect(await permittedCorpus(job, { data })).toMatchObject({ path: data })
    const votes = requestOf({ kind: 'cremad', path: data, votes: join(folder, 'private', 'list.csv') })
    await expect(permittedCorpus(votes, { data })).rejects.toThrow(/may not use/)
    const part = { kind: 'folder', path: join(folder, 'private') }
    await expect(permittedCorpus(requestOf({ kind: 'several', corpora: [part] }), { data })).rejects.toThrow(/may not/)
  })

  it('compiles no expression but that of its owner', async () => {
    const job = requestOf({ kind: 'synthetic', speaker: '^(..)' })
    await expect(permittedCorpus(job, { allow: [] })).rejects.toThrow(/compiles no expression of a job/)
    expect(await permittedCorpus(job, { allow: [], speaker: '^(..)' })).toMatchObject({ speaker: '^(..)' })
  })

  it('tells the queue nothing of what a file says, and its owner all of it', async () => {
    const sources = new FoldSources({ allow: [folder] })
    const job = requestOf({ kind: 'manifest', path: join(folder, 'private', 'list.csv') })
    const error = await sources.use(job, async () => {}).catch((reason: Error) => reason)
    expect((error as Error).message).toBe("the recordings cannot be read here; this worker's own output tells why")
    expect(String((error as Error).cause)).toContain('words of nobody else')
  })

  it('bounds synthetic voices', async () => {
    const sources = new FoldSources({ allow: [] })
    const job = requestOf({ kind: 'synthetic', synthetic: { speakers: 1e9 } })
    const error = await sources.use(job, async () => {}).catch((reason: Error) => reason)
    expect(String((error as Error).cause)).toMatch(/"speakers" expected .* limit of 1000/)
  })

  it('takes signed jobs alone where it has a secret', () => {
    const job = requestOf({ kind: 'synthetic' })
    const signed = { ...job, signature: signatureOf(job, 'a secret of sixteen') }
    const permission = { secret: 'a secret of sixteen' }
    expect(checkRequest(JSON.parse(JSON.stringify(signed)), permission)).toMatchObject({
      corpus: { kind: 'synthetic' },
    })
    const others: unknown[] = [
      job,
      { ...job, signature: signatureOf(job, 'another secret....') },
      { ...signed, corpus: { kind: 'folder', path: folder } },
      { ...signed, systems: [] },
      { ...signed, signature: 7 },
    ]
    for (const other of others) expect(() => checkRequest(other, permission)).toThrow(/signature is not of the secret/)
  })

  it('refuses requests with a wrong value in any place by errors of its own', () => {
    const job = requestOf({ kind: 'synthetic' })
    const found: string[] = []
    for (const place of placesIn(job)) {
      for (const value of damages()) {
        try {
          checkRequest(damaged(job, place, value), {})
        } catch (error) {
          if (!isOwnError(error)) found.push(`${place.join('.')}: ${String(error)}`)
        }
      }
    }
    expect(found).toEqual([])
  })

  it('looks at its own options before it serves', async () => {
    const url = 'redis://127.0.0.1:1'
    const nowhere = join(folder, 'nowhere')
    const wrong = (options: object): Promise<unknown> => serveQueue({ url, ...options })
    await expect(wrong({ data: nowhere })).rejects.toThrow(
      /^serveQueue: "data" expected recordings that are there, got ENOENT/,
    )
    await expect(wrong({ allow: [folder, nowhere] })).rejects.toThrow(
      /^serveQueue: "allow" expected recordings that are there/,
    )
    const short = await wrong({ allow: [], secret: 'open-sesame' }).catch((error: Error) => error)
    expect(short).toMatchObject({
      name: 'RangeError',
      message: 'serveQueue: "secret" expected 16 characters or more, got 11',
    })
  })

  it('needs to be told which recordings jobs may use', async () => {
    await expect(serveQueue({ url: 'redis://127.0.0.1:1' })).rejects.toThrow(
      /"data" or "allow" expected the recordings/,
    )
  })
})
