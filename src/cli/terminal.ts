/**
 * Output of a command. On a terminal the last line shows progress and is updated in place; all other output goes above
 * it. Where stderr is not a terminal, progress is an occasional plain line.
 *
 * The live line changes no setting of the terminal and saves no position: after writing it, the cursor returns to its
 * start, from where it is cleared. Nothing has to be restored however the process ends. See docs/decisions/terminal.md.
 */
import { fstatSync } from 'node:fs'
import { LEAST_TEXT_WIDTH, TEXT_WIDTH, withoutControls, wrapText } from '../core/text.ts'
import { barLine, cutLine, type Reach, wholePercent } from './progress-bar.ts'

/** The used part of an output stream, which tests can replace. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Streams and clock of a {@link Terminal}. */
export interface TerminalOptions {
  stdout: Output
  stderr: Output
  /** Returns the time, s. */
  clock: () => number
  /** Whether the terminal cannot move its cursor (`TERM=dumb`). Default false. */
  dumb?: boolean
  /** Whether results go to a pipe, whose reader may write to the same terminal. Default false. */
  piped?: boolean
}

const SECONDS_BETWEEN_LINES = 10
const SECONDS_BETWEEN_DRAWINGS = 0.08
const CLEAR = '\r\x1b[J'
/** Matches labelled lines such as `corpus    emodb`: a label of ten cells, then the text. */
const labelled = /^(?=[a-z ]{9} \S)/
const LABEL = 10

/** Columns of the output; the default width if it is not a terminal or does not tell its width. */
function columnsOf({ isTTY, columns }: Output): number {
  return (isTTY && columns) || TEXT_WIDTH
}

/** Wraps text for a terminal between words; indented lines, such as commands, stay as they are. */
function forReading(text: string, output: Output): string {
  if (!output.isTTY) return text
  return text
    .split('\n')
    .flatMap((line) =>
      line.startsWith(' ') ? [line] : wrapText(line, columnsOf(output), labelled.test(line) ? LABEL : 0),
    )
    .join('\n')
}

function oneLine(text: string): string {
  return withoutControls(text).replaceAll(/\s+/g, ' ')
}

/** Output of a command: results on stdout, everything else on stderr. */
export class Terminal {
  /** Whether there is a live line; else progress is printed as lines. */
  readonly live: boolean
  private readonly stdout: Output
  private readonly stderr: Output
  private readonly clock: () => number
  /** Content of the live line: progress, or only the task where its amount is unknown. */
  private shown: Reach | string | null = null
  private began = 0
  private readonly piped: boolean
  /** Hides the live line after the first result in a pipe, whose reader may write to the terminal at any time. */
  private silent = false
  private told = Number.NEGATIVE_INFINITY
  /** Whether a line has announced the task and no progress line has followed yet. */
  private announced = false

  constructor({ stdout, stderr, clock, dumb = false, piped = false }: TerminalOptions) {
    this.piped = piped
    this.stdout = stdout
    this.stderr = stderr
    this.clock = clock
    this.live = stderr.isTTY === true && !dumb
  }

  /** Columns for tables on stdout. */
  get width(): number {
    return Math.max(LEAST_TEXT_WIDTH, columnsOf(this.stdout))
  }

  /** Prints a permanent line on stderr. */
  line(text: string): void {
    this.above(this.stderr, `${forReading(withoutControls(text), this.stderr)}\n`)
  }

  /** Prints whole lines on stdout, unchanged. */
  result(lines: string): void {
    if (this.piped && this.live) {
      this.end()
      this.silent = true
    }
    this.above(this.stdout, this.stdout.isTTY ? withoutControls(lines) : lines)
  }

  /** Prints sentences on stdout, wrapped between words on a terminal. */
  tell(text: string): void {
    this.result(`${forReading(text, this.stdout)}\n`)
  }

  /**
   * Shows the progress of a task; the first report of a task is shown at once.
   *
   * @param announced - a line has announced the task, so that without a live line only long tasks need another
   */
  progress(done: number, all: number, text: string, announced = false): void {
    const now = this.clock()
    const last = typeof this.shown === 'string' ? null : this.shown
    if (last === null) this.begin(now, announced && !this.live)
    const reach = { done, all, text: oneLine(text), seconds: now - this.began, before: last?.before ?? done }
    this.shown = reach
    const pause = this.live ? SECONDS_BETWEEN_DRAWINGS : SECONDS_BETWEEN_LINES
    const isSoon = now - this.told < pause
    if (isSoon && (this.announced || (last !== null && done < all))) return
    this.announced = false
    this.told = now
    if (this.live) this.draw()
    else this.line(`${wholePercent(reach)}  ${text}`)
  }

  private begin(now: number, announced: boolean): void {
    this.began = now
    this.announced = announced
    if (announced) this.told = now
  }

  /**
   * Shows the current task where its amount is unknown; only on terminals, cleared at the end.
   *
   * @param often - it changes faster than anybody reads: those that follow such a text too soon are left out
   */
  status(text: string, often = false): void {
    if (!this.live) return
    const now = this.clock()
    const isSoon = often && this.shown !== null && now - this.told < SECONDS_BETWEEN_DRAWINGS
    this.shown = oneLine(text)
    if (isSoon) return
    this.told = often ? now : Number.NEGATIVE_INFINITY
    this.draw()
  }

  /** Ends the task and clears its line. */
  end(): void {
    if (this.live && this.shown !== null && !this.silent) this.stderr.write(CLEAR)
    this.shown = null
  }

  /** Writes above the live line. */
  private above(output: Output, text: string): void {
    const inTheWay = this.live && !this.silent && this.shown !== null && output.isTTY === true
    if (inTheWay) this.stderr.write(CLEAR)
    output.write(text)
    if (inTheWay) this.draw()
  }

  private draw(): void {
    if (this.silent) return
    const columns = columnsOf(this.stderr)
    const line = typeof this.shown === 'string' ? cutLine(this.shown, columns) : barLine(this.shown as Reach, columns)
    // The cursor stays at the start: typed characters, such as ^C, then break no line, and a narrowed window leaves no
    // remains above.
    this.stderr.write(`${CLEAR}${line}\r`)
  }
}

/** Whether a file descriptor is a pipe, or a socket, which Node uses for some pipes. */
function isPipe(descriptor: number): boolean {
  try {
    // Of numbers as bigint: in Node 20 an import() after the status of a pipe in doubles does not follow links to packages, as of pnpm.
    const status = fstatSync(descriptor, { bigint: true })
    return status.isFIFO() || status.isSocket()
  } catch {
    return false // closed
  }
}

/** The terminal of this process. */
export const terminal: Terminal = new Terminal({
  ...{ stdout: process.stdout, stderr: process.stderr },
  clock: () => performance.now() / 1000,
  dumb: process.env.TERM === 'dumb',
  piped: isPipe(1),
})
