/** Worst differences of optimisers, energy models, statistics and files from the vectors of other tools. */
import { gunzipSync } from 'node:zlib'
import { flaxModels, torchModels } from '../test/support/weights-models.mjs'
import { base64, worst, worstOf } from './methods-worst.mjs'

const matrix = (rows) => rows.map((row) => Float64Array.from(row))

function logistic({ LogisticRegression }, read) {
  const { versions: _, ...cases } = read('sklearn-logistic.json')
  const rowsOf = ({ x, columns, y }) => y.map((__, i) => x.slice(i * columns, (i + 1) * columns))
  return worstOf(
    Object.values(cases).flatMap((one) => {
      const { C, intercept, weights } = one
      const model = new LogisticRegression({ C, intercept })
      model.fit(rowsOf(one), one.y, weights ? { sampleWeights: weights } : {})
      return [worst(model.coefficients.data, one.coefficients), worst(model.intercepts, one.intercepts)]
    }),
  )
}

/** Decision values of each kind of estimator, for every third row, as test/vectors/sklearn-estimators.py has them. */
function estimators({ Ridge, RidgeClassifier, SVC }, read) {
  const { data, ridge, ridgeClassifier, svc } = read('sklearn-estimators.json')
  const given = ({ data: name, weighted, balanced }, n = data[name].y.length) => {
    const { x, columns, y } = data[name]
    const rows = Array.from({ length: n }, (_, i) => x.slice(i * columns, (i + 1) * columns))
    const options = {
      ...(weighted && { sampleWeights: rows.map((_, i) => 1 + (i % 5) / 2) }),
      ...(balanced && { classWeights: 'balanced' }),
    }
    return { rows, labels: y, options, third: rows.filter((_, i) => i % 3 === 0) }
  }
  const distance = (model, { rows, labels, options, third }, { decision }) =>
    worst(model.fit(rows, labels, options).decisionFunction(third).data, decision)
  return {
    ridge: worstOf(
      Object.values(ridge).map((one) => {
        const { rows, options, third } = given(one, one.rows)
        const y = rows.map((_, i) => one.targets.slice(i * one.columns, (i + 1) * one.columns))
        return worst(
          new Ridge({ alpha: one.alpha, intercept: one.intercept }).fit(rows, y, options).predict(third).data,
          one.decision,
        )
      }),
    ),
    ridgeClassifier: worstOf(
      Object.values(ridgeClassifier).map((one) => distance(new RidgeClassifier({ alpha: one.alpha }), given(one), one)),
    ),
    svc: worstOf(
      Object.values(svc).map((one) => {
        const { kernel, C, gamma } = one
        return distance(new SVC({ kernel, C, gamma }), given(one), one)
      }),
    ),
  }
}

async function lbfgs({ Dense, LBFGS, Sequential }, read) {
  const { versions: _, ...cases } = read('sklearn-mlp.json')
  const ratios = []
  for (const { x, y, columns, alpha, hidden, activation, loss } of Object.values(cases)) {
    const name = activation === 'logistic' ? 'sigmoid' : activation
    const stack = hidden.map((units, i) => new Dense({ units, activation: name, ...(i === 0 && { inputs: columns }) }))
    const output = new Dense({ units: new Set(y).size, activation: 'softmax' })
    const network = new Sequential([...stack, output], { dtype: 'float64' })
    let n = 0
    for (const { params } of network.layers) {
      const { data, shape } = params.W
      for (let i = 0; i < data.length; i++) data[i] = Math.sqrt(6 / (shape[0] + shape[1])) * Math.sin(1 + n++)
    }
    const rows = y.map((__, i) => [x.slice(i * columns, (i + 1) * columns)])
    const weightDecay = alpha / y.length
    await network.fit(rows, y, { optimizer: new LBFGS({ maxIterations: 2000, weightDecay }) })
    const squares = network.layers.flatMap(({ params }) => Array.from(params.W.data, (w) => w * w))
    const decay = (weightDecay / 2) * squares.reduce((sum, square) => sum + square, 0)
    ratios.push(Math.abs((network.evaluate(rows, y).loss + decay) / loss - 1))
  }
  return worstOf(ratios)
}

/** Values at the minimum, and evaluations in those of SciPy. */
function minimizers({ minimize, testProblems }, read) {
  const { cases } = read('minimize.json')
  const budget = { gradientTolerance: 1e-8, maxIterations: 20_000, maxEvaluations: 20_000 }
  const of = (method, key) => {
    const runs = testProblems.map((problem) => {
      const one = cases.find(({ name }) => name === problem.name)
      const run = minimize(problem.f, problem.x0, { ...budget, method })
      return { run, one, miss: Math.abs(run.value - one.minimum) / Math.max(1, one.minimum) }
    })
    const both = runs.filter(({ run, one }) => run.status === 'converged' && one[key].converged)
    const logs = both.map(({ run, one }) => Math.log(run.evaluations / one[key].evaluations))
    const ratio = Math.exp(logs.reduce((sum, value) => sum + value, 0) / both.length)
    return { problems: runs.length, miss: worstOf(runs.map(({ miss }) => miss)), both: both.length, ratio }
  }
  return { lbfgs: of('lbfgs', 'lbfgs'), cg: of('cg', 'cg'), newton: of('newton-cg', 'newtonCg') }
}

function setAll({ slots, data }, values) {
  for (const { name, offset } of slots) data.set(values[name].flat(), offset)
}

function flatGradient({ slots, data }, named) {
  const out = new Float64Array(data.length)
  for (const { name, offset } of slots) out.set(named[name].flat(), offset)
  return out
}

/** What RBM and Gaussian RBM have in common. */
function restricted(model, v, one) {
  setAll(model.parameters, one)
  const { gradient } = model.logLikelihoodAndGradient(v)
  const { visible, hidden } = model.marginals()
  return {
    energy: worst(model.energy(v, one.h).data ?? model.energy(v, one.h), one.energy),
    freeEnergy: worst(numbers(model.freeEnergy(v)), one.freeEnergy),
    conditionals: worstOf([
      worst(numbers(model.transform(v)), one.hiddenGivenVisible.flat()),
      worst(numbers(model.visibleMean(one.h)), one.visibleGivenHidden.flat()),
      worst(numbers(visible), one.marginalVisible),
      worst(numbers(hidden), one.marginalHidden),
    ]),
    logPartition: worst([model.logPartition()], [one.logZ]),
    likelihood: worstOf([
      worst([model.logLikelihood(v)], [one.meanLogLikelihood]),
      worst(gradient, flatGradient(model.parameters, one.likelihoodGradient)),
    ]),
  }
}

function numbers(values) {
  return values.data ?? values
}

function merged(all) {
  return Object.fromEntries(Object.keys(all[0]).map((key) => [key, worstOf(all.map((one) => one[key]))]))
}

function energy({ CRBM, GaussianRBM, RBM }, read) {
  const vectors = read('energy.json')
  const sizes = ({ visible, hidden }) => ({ visible, hidden, dtype: 'float64' })
  const binary = vectors.rbm.map((one) => {
    const model = new RBM(sizes(one))
    const shared = restricted(model, one.v, one)
    return { ...shared, pseudoLikelihood: worst(numbers(model.pseudoLikelihood(one.v)), one.pseudoLikelihood) }
  })
  const gaussian = vectors.gaussian.map((one) =>
    restricted(new GaussianRBM({ ...sizes(one), variance: 'learned' }), one.x, one),
  )
  const conditional = vectors.crbm.map((one) => {
    const model = new CRBM({ ...sizes(one), order: one.order, visibles: one.linear ? 'linear' : 'binary' })
    setAll(model.parameters, one)
    const x = one.sequence
    const { gradient } = model.logLikelihoodAndGradient([matrix(x)])
    return {
      freeEnergy: worst(numbers(model.freeEnergy(x)), one.freeEnergy),
      logPartition: worst(numbers(model.logPartition(x)), one.logZ),
      likelihood: worstOf([
        worst(numbers(model.logProbability(x)), one.logProbability),
        worst(gradient, flatGradient(model.parameters, one.likelihoodGradient)),
      ]),
      predictNext: worst(numbers(model.predictNext(x, { method: 'exact' })), one.expected.flat()),
    }
  })
  return { rbm: merged(binary), gaussian: merged(gaussian), crbm: merged(conditional) }
}

function mcnemar({ mcnemarExact }, read) {
  return worstOf(read('mcnemar.json').cases.map(([a, b, p]) => Math.abs(mcnemarExact(a, b) / p - 1)))
}

/** Arrays and tensors that differ, and how many there are. */
function formats({ decodeNpy, decodeSafetensors, fromKeras }, read) {
  const { arrays } = read('npy.json')
  const own = (text) =>
    text === 'True' ? 1 : text === 'False' ? 0 : text === 'nan' ? Number.NaN : Number(text.replace('inf', 'Infinity'))
  const npy = Object.values(arrays).map(({ base64: text, values }) =>
    worst(
      Array.from(decodeNpy(base64(text)).data, Number),
      values.map((value) => own(String(value))),
      'absolute',
    ),
  )
  const { files } = read('safetensors.json')
  const tensors = Object.values(files).flatMap(({ hex, tensors: wanted }) => {
    const read = decodeSafetensors(Uint8Array.from(Buffer.from(hex, 'hex'))).tensors
    return Object.entries(wanted).map(([name, { dtype, values }]) => {
      const expected = values.map((v) => (dtype === 'F32' ? Math.fround(Number(v)) : Number(v)))
      return worst(Array.from(read[name].data, Number), expected, 'absolute')
    })
  })
  const { cases, inputs } = read('keras-models.json')
  const models = Object.values(cases).flatMap(({ files, sequences, outputs }) =>
    Object.values(files).map((file) => {
      const model = fromKeras(gunzipSync(base64(file)))
      return worstOf(
        sequences.map((data, i) => {
          const rows = Array.from({ length: data.length / inputs }, (_, t) => data.slice(t * inputs, (t + 1) * inputs))
          return worst(model.forward(rows).data, outputs[i].data, 'absolute')
        }),
      )
    }),
  )
  return {
    keras: { number: models.length, worst: worstOf(models) },
    npy: { number: npy.length, worst: worstOf(npy) },
    safetensors: { number: tensors.length, worst: worstOf(tensors) },
  }
}

/** Outputs of models of other libraries, with their weights: the worst of each library, and how many there are. */
function weights(lib, read) {
  const { decodeFlax, decodeSafetensors, fromLearnergy, fromRbms, fromScikitLearn, loadWeights } = lib
  const rowsOf = (data, cols) =>
    lib.matrix(
      Array.from({ length: data.length / cols }, (_, i) => data.slice(i * cols, (i + 1) * cols)),
      { dtype: 'float64' },
    )
  const summary = (list) => ({ number: list.length, worst: worstOf(list) })
  const loaded = (file, models, tensorsOf, library) => {
    const { x, cases } = read(file)
    const differences = Object.entries(cases).map(([name, { file: text, y }]) => {
      const net = loadWeights(models[name]('float64'), tensorsOf(base64(text)), { library })
      return worst(numbers(net.forward(rowsOf(x, 3))), y, 'absolute')
    })
    return summary(differences)
  }
  const made = Object.entries(torchModels(lib)).map(([name, { make }]) => [name, make])
  const { x, bits, mlp, bernoulliRbm, learnergy, rbms } = read('weights-machines.json')
  const rows = rowsOf(x, 3)
  const perceptrons = Object.values(mlp).map(({ attributes, y }) => {
    const out = fromScikitLearn(attributes).forward(rows)
    const both = out.shape[1] === 1 && attributes.classes_
    return worst(numbers(out), both ? y.filter((_, i) => i % 2 === 1) : y, 'absolute')
  })
  const hiddenOf = (model, data, { hidden }) => worst(numbers(model.transform(data)), hidden, 'absolute')
  const binary = rowsOf(bits, 4)
  const learned = Object.entries(learnergy).map(([model, one]) => {
    return hiddenOf(fromLearnergy(one.tensors, { model }), model === 'RBM' ? binary : rows, one)
  })
  const spins = Object.entries(rbms).map(([modelType, one]) =>
    hiddenOf(fromRbms(one.tensors, { modelType }), binary, one),
  )
  return {
    pytorch: loaded(
      'weights-pytorch.json',
      Object.fromEntries(made),
      (bytes) => decodeSafetensors(bytes).tensors,
      'pytorch',
    ),
    flax: loaded('weights-flax.json', flaxModels(lib), decodeFlax, 'flax'),
    scikit: summary([...perceptrons, hiddenOf(fromScikitLearn(bernoulliRbm.attributes), binary, bernoulliRbm)]),
    learnergy: summary(learned),
    rbms: summary(spins),
  }
}

/** All differences by name. */
export async function fittedDifferences(lib, read) {
  return {
    logistic: logistic(lib, read),
    estimators: estimators(lib, read),
    lbfgs: await lbfgs(lib, read),
    minimize: minimizers(lib, read),
    energy: energy(lib, read),
    mcnemar: mcnemar(lib, read),
    formats: formats(lib, read),
    weights: weights(lib, read),
  }
}
