import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Terminal } from '../../src/cli/terminal.ts'
import { root } from '../support/run.ts'
import { Screen } from '../support/screen.ts'

/** A terminal, what it wrote, and a clock that goes as it is told. */
function terminalOf(columns: number, { isTTY = true, dumb = false } = {}) {
  const state = { columns, seconds: 0, written: '' }
  const stream = {
    isTTY,
    get columns() {
      return state.columns
    },
    // As the terminal's driver does.
    write: (text: string) => {
      state.written += isTTY ? text.replaceAll('\n', '\r\n') : text
    },
  }
  return { state, terminal: new Terminal({ stdout: stream, stderr: stream, clock: () => state.seconds, dumb }) }
}

async function screenOf(columns: number, written: string): Promise<Screen> {
  const screen = new Screen(columns)
  await screen.write(written)
  return screen
}

it('shows no live line once results have gone to a pipe, whose reader may write to the same terminal', async () => {
  const { terminal, state } = terminalOf(80)
  const results: string[] = []
  const piped = new Terminal({
    stdout: { write: (text) => results.push(text) },
    stderr: {
      ...{ isTTY: true, columns: 80 },
      write: (text: string) => {
        state.written += text
      },
    },
    clock: () => state.seconds,
    piped: true,
  })
  piped.progress(0, 2, 'listening to a.wav')
  expect((await screenOf(80, state.written)).rows().join()).toContain('listening')
  piped.result('a.wav  joy\n')
  const shown = state.written
  expect((await screenOf(80, shown)).rows().join('').trim()).toBe('')
  piped.progress(1, 2, 'listening to b.wav')
  piped.status('drawing')
  piped.end()
  expect(state.written).toBe(shown)
  piped.line('warning')
  expect(state.written).toBe(`${shown}warning\n`)
  expect(results).toEqual(['a.wav  joy\n'])
  expect(terminal.live).toBe(true)
})

describe('the live line of a terminal', () => {
  it.each([40, 60, 80, 120])(
    'is under everything that is printed, and gone at the end (%i columns)',
    async (columns) => {
      const { terminal, state } = terminalOf(columns)
      const lines: string[] = []
      for (let i = 0; i < 40; i++) {
        state.seconds = i
        terminal.progress(i, 40, `fold ${i} ${'with a very long text '.repeat(i % 9)}`)
        if (i % 3 === 0) {
          lines.push(`line ${i}`)
          terminal.line(`line ${i}`)
        }
        if (i % 5 === 0) {
          lines.push(`| result ${i} |`)
          terminal.result(`| result ${i} |\n`)
        }
        const shown = (await screenOf(columns, state.written)).rows()
        expect(shown.slice(0, -1)).toEqual(lines)
        expect(shown.at(-1)).toContain(' % ')
      }
      terminal.end()
      terminal.line('the end')
      expect((await screenOf(columns, state.written)).rows()).toEqual([...lines, 'the end'])
    },
  )

  it('is not in the way of what is typed, nor of a window made narrower', async () => {
    const { terminal, state } = terminalOf(80)
    terminal.line('before')
    terminal.progress(1, 4, 'fold 1/4 (speaker s03), epoch 12/60, loss 0.534, and so on')
    const screen = await screenOf(80, `${state.written}^C`)
    screen.resize(30)
    state.columns = 30
    state.written = ''
    terminal.line('after')
    terminal.end()
    await screen.write(state.written)
    expect(screen.rows()).toEqual(['before', 'after'])
  })

  it('is drawn now and then, at once at the start of a stretch and at its end', () => {
    const { terminal, state } = terminalOf(80)
    const drawings = (): number => state.written.split('\r\x1b[J').length - 1
    for (let i = 0; i < 100; i++) {
      state.seconds = i / 1000
      terminal.progress(i, 100, 'quick')
    }
    expect(drawings()).toBe(2)
    terminal.progress(100, 100, 'quick')
    expect(drawings()).toBe(3)
    terminal.end()
    terminal.progress(0, 2, 'next')
    expect(state.written).toMatch(/ {2}0 % {2}next\r$/)
    terminal.end()
    terminal.progress(0, 2, 'announced', true)
    expect(state.written).toMatch(/ {2}0 % {2}announced\r$/)
  })

  it('shows what is being done where nobody knows how much there is of it', async () => {
    const { terminal, state } = terminalOf(40)
    terminal.status(`features of ${'a long path/'.repeat(9)}`)
    terminal.line('warning: a word')
    const shown = (await screenOf(40, state.written)).rows()
    expect(shown).toEqual(['warning: a word', 'features of a long path/a long path/...'])
    terminal.end()
    expect((await screenOf(40, state.written)).rows()).toEqual(['warning: a word'])
  })
})

describe('lines on a terminal', () => {
  it('are broken between words, below their labels; commands are not', async () => {
    const { terminal, state } = terminalOf(40)
    terminal.line('corpus    synthetic: 128 utterances of 8 speakers (joy 32)')
    terminal.line('left out  a/very/long/path/that/fits/nowhere/at/all.wav: no sound')
    terminal.tell(
      'These voices say nothing about people. For real speech:\n  ser experiment --corpus emodb --data DIRECTORY',
    )
    expect((await screenOf(40, state.written)).lines()).toEqual([
      'corpus    synthetic: 128 utterances of 8',
      '          speakers (joy 32)',
      'left out',
      '          a/very/long/path/that/fits/nowhere/at/all.wav:',
      '          no sound',
      'These voices say nothing about people.',
      'For real speech:',
      '  ser experiment --corpus emodb --data DIRECTORY',
    ])
  })

  it('move no cursor by the names in them', async () => {
    const { terminal, state } = terminalOf(60)
    terminal.line('speaker   \x1b[2J\x1b[H\rs01: 50 %')
    terminal.result('joy\x1b[5A   3\n')
    terminal.progress(1, 2, 'a\nname\x1b[2J')
    expect((await screenOf(60, state.written)).rows()).toEqual([
      ...['speaker   \\x1b[2J\\x1b[H\\x0ds01: 50 %', 'joy\\x1b[5A   3', ' 50 %  a name\\x1b[2J'],
    ])
  })
})

describe.each([
  ['a pipe or a file', { isTTY: false }],
  ['a terminal that cannot move its cursor', { dumb: true }],
])('on %s', (_, options) => {
  it('progress is a plain line at the start of a stretch, every ten seconds and at the end', () => {
    const { terminal, state } = terminalOf(80, options)
    for (let i = 0; i < 30; i++) {
      state.seconds = i
      terminal.progress(i, 30, `epoch ${i}`)
    }
    terminal.status('unheard')
    terminal.progress(30, 30, 'epoch 30')
    terminal.end()
    terminal.progress(0, 2, 'next')
    expect(state.written.trimEnd().split(/\r?\n/)).toEqual([
      ...['  0 %  epoch 0', ' 33 %  epoch 10', ' 66 %  epoch 20', '100 %  epoch 30', '  0 %  next'],
    ])
  })

  it('of a stretch that a line has announced, only if it takes ten seconds', () => {
    const { terminal, state } = terminalOf(80, options)
    const stretch = (seconds: number): string[] => {
      state.written = ''
      for (let i = 1; i <= seconds; i++) {
        state.seconds++
        terminal.progress(i, seconds, `recording ${i}`, true)
      }
      terminal.end()
      return state.written.trimEnd().split(/\r?\n/)
    }
    expect(stretch(10)).toEqual([''])
    expect(stretch(25)).toEqual([' 44 %  recording 11', ' 84 %  recording 21', '100 %  recording 25'])
    expect(stretch(10)).toEqual([''])
  })
})

describe('a pipe', () => {
  it('gets lines whole and results as they are', () => {
    const { terminal, state } = terminalOf(20, { isTTY: false })
    terminal.line('corpus    synthetic: 128 utterances of 8 speakers')
    terminal.result('a\x1b\tb\n')
    expect(state.written).toBe('corpus    synthetic: 128 utterances of 8 speakers\na\x1b\tb\n')
    expect(terminal.width).toBe(80)
  })
})

describe('the terminal has one owner', () => {
  it('no command writes to stdout or stderr itself', () => {
    const files = readdirSync(`${root}src/cli`).filter((name) => name !== 'terminal.ts')
    const writers = files.filter((name) =>
      /process\.std(out|err)\.write|console\./.test(readFileSync(`${root}src/cli/${name}`, 'utf8')),
    )
    expect(files.length).toBeGreaterThan(10)
    expect(writers).toEqual([])
  })
})

it('leaves out texts that change faster than anybody reads, but not the last of them', async () => {
  const { terminal, state } = terminalOf(80)
  terminal.status('waiting')
  const drawn: string[] = []
  for (const [seconds, text] of [
    [0, 'one'],
    [0.05, 'two'],
    [0.1, 'three'],
    [0.12, 'four'],
  ] as const) {
    state.seconds = seconds
    terminal.status(text, true)
    drawn.push((await screenOf(80, state.written)).rows().join('').trim())
  }
  expect(drawn).toEqual(['one', 'one', 'three', 'three'])
  terminal.line('above')
  expect((await screenOf(80, state.written)).rows().join(' ')).toMatch(/above +four/)
})
