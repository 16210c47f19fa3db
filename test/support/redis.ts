/** A Redis of the tests' own, on a free port of this machine, that writes nothing. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Whether `redis-server` is installed. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0

/** A title for `describe.skipIf(!hasRedis)` that says why the tests are skipped. */
export function redisTitle(title: string): string {
  return hasRedis ? title : `${title} (skipped: redis-server is not installed)`
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** A Redis that runs. */
export interface TestRedis {
  /** With its password. */
  url: string
  /** Freezes it, as a machine that hangs: its connections stay open. */
  freeze(): void
  stop(): Promise<void>
}

async function isReady(server: ChildProcess): Promise<boolean> {
  for await (const line of createInterface(server.stdout as NodeJS.ReadableStream)) {
    if (line.includes('Ready to accept connections')) return true
  }
  return false
}

/** Starts a Redis with a password, and with further options. */
export async function startRedis(password: string, ...options: string[]): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'ser-redis-'))
  // Another process may take the port first.
  for (let attempts = 0; attempts < 5; attempts++) {
    const port = await freePort()
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--requirepass', password]
    const server = spawn('redis-server', [...args, '--save', '', '--appendonly', 'no', ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = once(server, 'exit')
    const stop = async (): Promise<void> => {
      server.kill('SIGCONT')
      server.kill()
      await ended
      rmSync(folder, { recursive: true })
    }
    if (await isReady(server)) {
      server.stdout.resume()
      return { url: `redis://:${password}@127.0.0.1:${port}`, freeze: () => server.kill('SIGSTOP'), stop }
    }
  }
  throw new Error('redis-server does not start')
}
