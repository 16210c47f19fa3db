/**
 * The one owner of a command's output. A terminal has a live line at its foot, the progress, and all other output goes above it.
 * Where stderr is no terminal, progress is a plain line now and then.
 *
 * The live line changes no setting of the terminal and keeps no position: it is written with the cursor put back to its start, and
 * cleared from there. So nothing is left to restore, whatever ends the process. See docs/decisions/terminal.md.
 */
import { fstatSync } from 'node:fs'
import { LEAST_TEXT_WIDTH, TEXT_WIDTH, withoutControls, wrapText } from '../core/text.ts'
import { barLine, cutLine, type Reach, wholePercent } from './progress-bar.ts'

/** The part of a stream of the process that is written to, so that tests may give one of their own. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Where a {@link Terminal} writes and how it tells the time. */
export interface TerminalOptions {
  stdout: Output
  stderr: Output
  /** The time, s. */
  clock: () => number
  /** The terminal cannot move its cursor (`TERM=dumb`). Default false. */
  dumb?: boolean
  /** Results go to a pipe, whose reader may write to the same terminal. Default false. */
  piped?: boolean
}

const SECONDS_BETWEEN_LINES = 10
const SECONDS_BETWEEN_DRAWINGS = 0.08
const CLEAR = '\r\x1b[J'
/** `corpus    emodb`: a word or two in ten cells, and what there is to say. */
const labelled = /^(?=[a-z ]{9} \S)/
const LABEL = 10

/** Columns of the output; those of a page where it is no terminal, or one that does not give its width. */
function columnsOf({ isTTY, columns }: Output): number {
  return (isTTY && columns) || TEXT_WIDTH
}

/** On a terminal, lines broken between words; those that are indented, such as commands, are left as they are. */
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
  /** Whether there is a live line: else progress is told by lines. */
  readonly live: boolean
  private readonly stdout: Output
  private readonly stderr: Output
  private readonly clock: () => number
  /** Content of the live line: progress with its share, or the work alone where nobody knows how much there is. */
  private shown: Reach | string | null = null
  private began = 0
  private readonly piped: boolean
  /** From the first result in a pipe on there is no live line: its reader writes to the terminal when it likes. */
  private silent = false
  private told = Number.NEGATIVE_INFINITY
  /** A line has announced the stretch, and no other has told of it yet. */
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

  /** A line on stderr that stays. */
  line(text: string): void {
    this.above(this.stderr, `${forReading(withoutControls(text), this.stderr)}\n`)
  }

  /** Whole lines on stdout, as they are. */
  result(lines: string): void {
    if (this.piped && this.live) {
      this.end()
      this.silent = true
    }
    this.above(this.stdout, this.stdout.isTTY ? withoutControls(lines) : lines)
  }

  /** Sentences on stdout, broken between words where it is a terminal. */
  tell(text: string): void {
    this.result(`${forReading(text, this.stdout)}\n`)
  }

  /**
   * Shows how far a stretch of work is; the first report of a stretch is shown at once.
   *
   * @param announced - a line has told of the stretch: without a live line, no other is needed unless it takes long
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

  /** Shows the work under way where nobody knows how much of it there is; on terminals only, and gone at the end. */
  status(text: string): void {
    if (!this.live) return
    this.shown = oneLine(text)
    this.draw()
  }

  /** The stretch of work has ended: its line is cleared. */
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
    // The cursor waits at the start, so that typed characters, such as ^C, break no line and a window made narrower leaves nothing above.
    this.stderr.write(`${CLEAR}${line}\r`)
  }
}

/** Whether a file descriptor is a pipe or a socket, which Node makes of some pipes. */
function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor)
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
