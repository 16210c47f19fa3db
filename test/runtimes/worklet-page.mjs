/** The page that starts the worklet. */
const tell = (result) => fetch('result', { method: 'POST', body: JSON.stringify(result) })

async function start() {
  const recognizer = await (await fetch('recognizer.safetensors')).arrayBuffer()
  const context = new OfflineAudioContext(1, 16000, 16000)
  await context.audioWorklet.addModule('worklet.js')
  const node = new AudioWorkletNode(context, 'suite', { processorOptions: { recognizer } })
  node.onprocessorerror = () => tell({ failure: 'the processor failed' })
  node.port.onmessage = ({ data }) => tell(data)
  node.connect(context.destination)
  await context.startRendering()
  node.port.postMessage('begin')
}
start().catch((error) => tell({ failure: String(error.stack ?? error) }))
