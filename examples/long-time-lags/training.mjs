// Trains a network on fresh sequences until it solves fresh test sets. `core` is the package ser-core.

/** Sequences of a look; only where few of them are wrong is a whole test set drawn. */
const PROBE = 128
const PROMISING = 0.01

/** The network of an experiment. */
export function createNetwork(core, { task, model, cell, headBias }, seed) {
  const { Dense, LastPool, LSTM, RNN, Sequential } = core
  const Cell = model === 'rnn' ? RNN : LSTM
  const head = new Dense(task.head)
  const layers = [new Cell({ inputs: task.inputs, ...cell }), ...(task.pools ? [new LastPool()] : []), head]
  const network = new Sequential(layers, { seed })
  if (headBias !== undefined) head.params.b.data.set(headBias)
  return network
}

/** How many of some sequences a network gets wrong. */
export function countWrong(network, task, { sequences, labels }) {
  return network.forward(sequences).filter((output, i) => !task.isRight(output, labels[i])).length
}

/** What each of two test sets gets wrong; the second is drawn only where the first is solved. */
function test(network, task, random) {
  const { sequences, allowed } = task.test
  const draw = task.generateTest ?? task.generate
  const measure = () => countWrong(network, task, draw(sequences, random))
  const first = measure()
  if (first > allowed) return { solved: false, wrong: [first] }
  const second = measure()
  return { solved: second <= allowed, wrong: [first, second] }
}

/**
 * A run, looked at after each `chunk` of sequences (one call of `fit`, which goes on from the last): { solved, sequences, wrong, curve }. `sequences` were trained on; `wrong` counts what the last test sets get wrong, both
 * where the run ends solved; `curve` holds the loss and the share of a probe that is wrong after each chunk.
 */
export async function train(core, experiment, seed, { log = () => {} } = {}) {
  const { task, optimizer, batchSize = 20, clipNorm = 1, chunk = 1000, budget } = experiment
  const random = new core.Random(seed)
  const [training, probing, testing] = ['training', 'probe', 'test'].map((name) => random.substream(name))
  const network = createNetwork(core, experiment, seed)
  const total = task.test.sequences
  const curve = []
  let resume
  const onEpoch = (report) => {
    resume = report.checkpoint()
  }
  for (let epochs = 1; epochs * chunk <= budget; epochs++) {
    const { sequences, labels } = task.generate(chunk, training)
    const options = { optimizer: new core.Adam(optimizer), epochs, batchSize, clipNorm, resume, onEpoch }
    const history = await network.fit(sequences, task.targets(labels), options)
    const missed = countWrong(network, task, task.generate(PROBE, probing)) / PROBE
    const { loss } = history.epochs.at(-1)
    curve.push([loss, missed].map((value) => Number(value.toPrecision(4))))
    if (epochs % 10 === 0)
      log(`${epochs * chunk} sequences, loss ${loss.toPrecision(3)}, wrong ${(100 * missed).toFixed(1)} %`)
    if (missed > PROMISING) continue
    const { wrong, solved } = test(network, task, testing)
    if (!solved) continue
    log(`solved after ${epochs * chunk} sequences, wrong ${wrong.join(' and ')} of ${total}`)
    return { solved, sequences: epochs * chunk, wrong, curve }
  }
  const { wrong } = test(network, task, testing)
  const sequences = curve.length * chunk
  log(`not solved after ${sequences} sequences, wrong ${wrong.join(' and ')} of ${total}`)
  return { solved: false, sequences, wrong, curve }
}
