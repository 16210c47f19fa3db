/** Recordings that are chosen, or dropped anywhere on the page. */
import { byId } from './dom.ts'

/** Calls `take` with each file that is chosen or dropped. */
export function acceptFiles(take: (file: File) => void): void {
  const input = byId<HTMLInputElement>('file')
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    input.value = ''
    if (file !== undefined) take(file)
  })
  const shade = byId('drop')
  let inside = 0
  const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false
  const show = (by: number): void => {
    inside = Math.max(0, inside + by)
    shade.hidden = inside === 0
  }
  addEventListener('dragenter', (event) => {
    if (hasFiles(event)) show(1)
  })
  addEventListener('dragleave', (event) => {
    if (hasFiles(event)) show(-1)
  })
  addEventListener('dragover', (event) => event.preventDefault())
  addEventListener('drop', (event) => {
    event.preventDefault()
    show(-inside)
    const file = event.dataTransfer?.files[0]
    if (file !== undefined) take(file)
  })
}
