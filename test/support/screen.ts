import { createRequire } from 'node:module'

/** As much of a terminal emulator as is used. Its package is CommonJS and names nothing that can be imported by name. */
interface Emulator {
  readonly buffer: {
    active: {
      readonly length: number
      getLine(y: number): { readonly isWrapped: boolean; translateToString(trim: boolean): string } | undefined
    }
  }
  write(data: string | Uint8Array, done: () => void): void
  resize(columns: number, rows: number): void
}
const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as {
  Terminal: new (options: object) => Emulator
}

/** Lines on a terminal, those that have scrolled away included. */
export class Screen {
  private readonly emulator: Emulator

  constructor(columns: number, rows = 24) {
    this.emulator = new Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true })
  }

  /** Resolves when the bytes are on the screen. */
  write(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.emulator.write(bytes, resolve))
  }

  resize(columns: number, rows = 24): void {
    this.emulator.resize(columns, rows)
  }

  /** Row by row, as far down as anything is written. */
  rows(): string[] {
    return this.read().map(({ text }) => text)
  }

  /** Line by line: rows that the terminal broke are put together again. */
  lines(): string[] {
    const lines: string[] = []
    for (const { text, isWrapped } of this.read()) {
      if (isWrapped) lines[lines.length - 1] += text
      else lines.push(text)
    }
    return lines
  }

  private read(): { text: string; isWrapped: boolean }[] {
    const { active } = this.emulator.buffer
    const rows = Array.from({ length: active.length }, (_, y) => {
      const line = active.getLine(y)
      return { text: line?.translateToString(true) ?? '', isWrapped: line?.isWrapped ?? false }
    })
    while (rows.length > 0 && rows[rows.length - 1].text === '') rows.pop()
    return rows
  }
}
