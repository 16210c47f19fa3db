/** Models here beside the modules of test/vectors/weights-pytorch.py and weights-flax.py; `ser` is the library. */

/** By the names of the cases: `make(dtype)`, a model that maps frames to rows, and the `names` of its modules. */
export function torchModels(ser) {
  const { Bidirectional, Dense, GRU, LayerNorm, LSTM, MLP, RNN, Sequential } = ser
  const lstm = (options = {}) => new LSTM({ units: 4, peepholes: false, ...options })
  const gru = (options = {}) => new GRU({ units: 4, ...options })
  const both = (layer) => new Bidirectional(layer)
  const stack = (make, names = make().map(() => 'rnn')) => ({
    make: (dtype) => new Sequential(make(), { dtype, seed: 1 }),
    names,
  })
  return {
    lstm: { make: (dtype) => lstm({ inputs: 3, dtype }), names: ['rnn'] },
    'lstm-stacked': stack(() => [lstm({ inputs: 3 }), lstm(), lstm()]),
    'lstm-bidirectional': stack(() => [both(lstm({ inputs: 3 })), both(lstm())]),
    'lstm-projected': stack(() => [lstm({ inputs: 3, projection: 2 })]),
    'lstm-projected-bidirectional': stack(() => [
      both(lstm({ inputs: 3, projection: 2 })),
      both(lstm({ projection: 2 })),
    ]),
    'lstm-without-biases': stack(() => [lstm({ inputs: 3 })]),
    gru: stack(() => [gru({ inputs: 3 })]),
    'gru-bidirectional': stack(() => [both(gru({ inputs: 3 })), both(gru())]),
    rnn: stack(() => [new RNN({ inputs: 3, units: 4 })]),
    'rnn-relu': stack(() => [both(new RNN({ inputs: 3, units: 4, activation: 'relu' }))]),
    tagger: stack(
      () => [
        ...[new LayerNorm({ inputs: 3 }), both(lstm()), both(lstm())],
        ...[gru({ units: 5 }), new Dense({ units: 2, activation: 'softmax' })],
      ],
      ['norm', 'encoder', 'encoder', 'decoder', 'classifier'],
    ),
    perceptron: {
      make: (dtype) => new MLP({ layers: [3, 4, 4, 4, 2], activation: 'tanh', dtype, seed: 1 }),
      names: ['layers.0', 'layers.2', 'layers.4', 'layers.6'],
    },
  }
}

/** Networks by the names of the cases. */
export function flaxModels({ Bidirectional, Dense, GRU, LayerNorm, LSTM, RNN, Sequential }) {
  const lstm = (units, inputs) => new LSTM({ units, inputs, peepholes: false })
  const layers = {
    cell: () => [lstm(4, 3)],
    compact: () => [
      ...[new Bidirectional(lstm(4, 3)), new RNN({ units: 4 })],
      new Dense({ units: 2, activation: 'softmax' }),
    ],
    setup: () => [
      ...[new LayerNorm({ inputs: 3 }), new Bidirectional(new GRU({ units: 4 }))],
      ...[lstm(3), new Dense({ units: 2 })],
    ],
    nnx: () => [
      ...[new Bidirectional(lstm(4, 3)), lstm(4), new GRU({ units: 4 }), new RNN({ units: 4 })],
      ...[new LayerNorm(), new Dense({ units: 2 })],
    ],
  }
  const networks = Object.entries(layers).map(([name, make]) => [
    name,
    () => new Sequential(make(), { dtype: 'float64', seed: 4 }),
  ])
  return Object.fromEntries(networks)
}
