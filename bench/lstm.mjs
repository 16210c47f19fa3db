import { Dense, LSTM, Sequential } from 'ser-core'
import { sequences } from './data.mjs'
import { line, measure } from './measure.mjs'

/** Multiply-adds of a forward pass of the LSTM, times 2; a training step is three of them. */
const flops = (T, B, D, H) => 2 * T * B * 4 * H * (D + H)

/** Loss and gradient of one batch: a training step less the update. */
export function benchLstm() {
  for (const [T, B, D, H] of [
    [100, 32, 39, 128],
    [300, 16, 39, 128],
    [300, 1, 39, 64],
  ]) {
    const net = new Sequential([new LSTM({ inputs: D, units: H }), new Dense({ units: 4, activation: 'softmax' })])
    const x = sequences(B, T, D)
    const labels = x.map((_, i) => i % 4)
    const rate = (ms, passes) => `${((passes * flops(T, B, D, H)) / ms / 1e6).toFixed(2)} GF/s`
    const step = measure(() => net.lossAndGradient(x, labels))
    line(`LSTM gradient, T=${T} B=${B} D=${D} H=${H}`, step, rate(step.median, 3))
    const forward = measure(() => net.forward(x))
    line(`LSTM forward,  T=${T} B=${B} D=${D} H=${H}`, forward, rate(forward.median, 1))
  }
}
