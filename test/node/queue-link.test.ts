import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/node/queue/link.ts'
import { checkBuilt } from '../support/built.ts'
import { freePort, hasRedis, redisTitle, startRedis, type TestRedis } from '../support/redis.ts'
import { root, runNode } from '../support/run.ts'

checkBuilt()

const cli = `${root}dist/cli.js`
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const why = hasOpenssl ? '' : ' (skipped: openssl is not installed)'
const folder = mkdtempSync(join(tmpdir(), 'ser-tls-'))
const at = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

/** An authority of the test's own, and a server's certificate by it. */
function makeCertificates(): void {
  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  const key = (name: string): string[] => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    name,
  ]
  openssl('req', '-x509', ...key('ca.key'), '-out', 'ca.crt', '-days', '2', '-subj', '/CN=an authority of the test')
  openssl('req', ...key('server.key'), '-out', 'server.csr', '-subj', '/CN=localhost')
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names']
  openssl('x509', '-req', '-in', 'server.csr', ...by, '-out', 'server.crt', '-days', '2')
}

const rights = ['~ser-core:*', '+@all', '-@admin', '-@dangerous', '+client|list', '+info']

describe.skipIf(!hasRedis || !hasOpenssl)(redisTitle(`a Redis over TLS with users${why}`), () => {
  let redis: TestRedis
  let plain = ''
  let tls = ''
  beforeAll(async () => {
    makeCertificates()
    const port = await freePort()
    const files = ['--tls-cert-file', at('server.crt'), '--tls-key-file', at('server.key')]
    const authority = ['--tls-ca-cert-file', at('ca.crt'), '--tls-auth-clients', 'no']
    redis = await startRedis('open-sesame', '--tls-port', String(port), ...files, ...authority)
    plain = new URL(redis.url).host
    tls = `127.0.0.1:${port}`
    const client = new Redis(redis.url)
    await client.call('ACL', 'SETUSER', 'ser', 'on', '>right', ...rights)
    await client.call('ACL', 'SETUSER', 'nobody', 'on', '>right')
    await client.call('ACL', 'SETUSER', 'other', 'on', '>right', '~other:*', '+@all')
    await client.call('ACL', 'SETUSER', 'blind', 'on', '>right', '~ser-core:*', '+@all', '-info')
    client.disconnect()
  })
  afterAll(async () => await redis.stop())

  it('serves experiments and workers of a user with its authority, and tells no password', async () => {
    const env = { NODE_EXTRA_CA_CERTS: at('ca.crt') }
    const queue = ['--queue', `rediss://ser:right@${tls}`, '--no-cache']
    const flags = ['--systems', 'functionals-mlp', '--epochs', '1', '--out', at('out'), '--no-report']
    const experiment = runNode([cli, 'experiment', ...queue, ...flags], folder, env)
    const worker = spawn(process.execPath, [cli, 'worker', ...queue, '--allow'], { env: { ...process.env, ...env } })
    const lines: string[] = []
    for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (text) => lines.push(String(text)))
    const ended = once(worker, 'close')
    const done = await experiment
    worker.kill()
    await ended
    expect(done).toMatchObject({ code: 0 })
    const said = [done.stdout, done.stderr, ...lines].join('\n')
    expect(said).not.toContain('right')
    expect(said).toContain(`ser worker --queue 'rediss://***@${tls}' --allow`)
  })

  it.each<[string, () => string, RegExp]>([
    [
      'a wrong password',
      () => `redis://ser:wrong@${plain}`,
      /: the user or password in the address is wrong \(WRONGPASS/,
    ],
    ['no password', () => `redis://${plain}`, /: it wants a password: redis:.*\(NOAUTH/],
    [
      'a certificate of an unknown authority',
      () => `rediss://ser:right@${tls}`,
      /: its certificate is not trusted.*NODE_EXTRA_CA_CERTS/,
    ],
    [
      'a plain client at a port of TLS',
      () => `redis://ser:right@${tls}`,
      /; if it speaks TLS, the address is rediss:$/,
    ],
    [
      'a client of TLS at a plain port',
      () => `rediss://ser:right@${plain}`,
      /; does it speak TLS\? If not, the address is redis:$/,
    ],
    [
      'a user without rights',
      () => `redis://nobody:right@${plain}`,
      /does not permit this user to use queues .*NOPERM.*; it needs ~ser-core/,
    ],
    ['a user of other keys', () => `redis://other:right@${plain}`, /does not permit this user to use queues .*NOPERM/],
    ['a user without INFO', () => `redis://blind:right@${plain}`, /does not permit this user to use queues .*'info'/],
  ])('refuses by a clear error: %s', async (_, url, message) => {
    const error = (await connect(url()).catch((reason: Error) => reason)) as Error
    expect(error).toMatchObject({ name: 'StateError', message: expect.stringMatching(message) })
    expect(error.message).not.toMatch(/ser:|right|wrong@/)
  })
})
