/**
 * The rows of METHODS.md, a line each: quantity | exported names or a file of src | algorithm and source | compared with | worst difference | tests.
 * No number is written here: `d` has the differences just measured, `cell` reads a page that a script of its own wrote, `v` gives
 * the version of a tool that made the vectors.
 */
import { printed } from './methods-worst.mjs'

const p = printed

/** Sections of rows. */
export function sectionsOf({ d, cell, v, quote }) {
  const voice = (row, tool, column = 'median') => cell('voice-features.md', [row, tool], column)
  const voiceTest = 'test/features/spectrum/tools.test.ts scripts/voice-features.mjs'
  const librosa = `librosa ${v('voice-features.json', 'librosa')}`
  const praat = `Praat ${v('voice-features.json', 'Praat')} (parselmouth ${v('voice-features.json', 'praat-parselmouth')})`
  const smile = `openSMILE ${v('egemaps.json', 'opensmile')}`
  const preset = (name) => `${name} ${v('presets.json', name)}`
  const presetTests = 'test/features/preset-tools.test.ts test/features/mfcc-presets.test.ts'
  const torch = (file) => `PyTorch ${v(file, 'torch')}, autograd in float64`
  const onnx = `ONNX Runtime ${v('recurrent.json', 'onnxruntime')}, float32`
  const scipy = (file) => `SciPy ${v(file, 'scipy')}`
  const median = (row, tool, unit) =>
    `median ${voice(row, tool)}${unit}, 90 % ${voice(row, tool, '90 %')}${unit}, worst ${voice(row, tool, 'worst')}${unit}`
  const against = (problem, tool) =>
    `${p(problem.miss)} of the minimum on ${problem.problems} problems; ${problem.ratio.toFixed(2)} times the evaluations of ${tool}, where both converged (${problem.both})`
  const energy = (part) => `${p(d.energy[part].freeEnergy)}`
  const energyTests = 'test/energy/reference.test.ts test/energy/enumeration.test.ts'

  return `## Sound

sample rate conversion | resample ResampleStream | windowed sinc, 64 samples to either side; Kaiser & Schafer 1980 | the true sum of five sines up to 3300 Hz, ${d.resample.pairs} pairs of rates, middle 80 % | ${p(d.resample.worst)} of full scale | test/audio/resample.test.ts test/audio/resample-stream.test.ts
samples of WAV, RF64, Wave64, AIFF | decodeWav encodeWav WavStream toMono | the formats; IMA and Microsoft ADPCM, G.711 | libsndfile, ffmpeg, sox (\`docs/results/readers.md\` has versions) | ${p(d.files.worst)} in ${d.files.number} files | test/audio/wav-files.test.ts test/audio/g711.test.ts
samples of compressed files | readAudioFile | decoders of the package audio-decode | the WAV file that was encoded (\`docs/results/readers.md\`) | yes, close or no by format | test/node/audio-file.test.ts test/audio/flac-scale.test.ts
distortions | degrade degradations compandMulaw clipPeaks changeGain limitBand | telephone band, G.711, noise, clipping; a sinc under a Hann window | - | definition | test/augmentation/degrade.test.ts test/augmentation/sounds.test.ts
rooms | addReverberation | images of the source, Allen & Berkley 1979 | - | definition | test/augmentation/degrade.test.ts test/augmentation/sounds.test.ts
noise, other sounds, babble | addNoise addSounds addBabble | pink: poles and zeros half an octave apart, Corsini & Saletti 1988 | slopes of 0, -3 and -6 dB an octave, 125 Hz to 2 kHz | within 1 dB | test/augmentation/sounds.test.ts
speed, tempo, pitch | changeSpeed changeTempo shiftPitch | resampling; WSOLA, Verhelst & Roelands 1993 | sines of known pitch | within 0.6 % | test/augmentation/sounds.test.ts
augmented sequences | augmentSequences augmentInTurn augmentSometimes augmentByOneOf AugmentationStream | SpecAugment, Park et al. 2019; warps, Jaitly & Hinton 2013 | - | definition | test/augmentation

## Front end

MFCC and log mel, preset \`librosa\` | mfcc logMel mfccPresets | Davis & Mermelstein 1980; Slaney 1998 (mel scale) | ${preset('librosa')}, its defaults and others, float64, eight rates | ${p(d.presets.librosa)} (librosa in float32: ${p(d.presets.librosaFloat32)}) | ${presetTests}
the same, preset \`kaldi\` | mfcc logMel MfccStream | Povey et al. 2011 | torchaudio ${v('presets.json', 'torchaudio')} in float64; ${preset('kaldi-native-fbank')} in float32 | ${p(d.presets.torchaudio)}; ${p(d.presets.kaldiNativeFbank)} in int16 scale | ${presetTests}
the same, presets \`psf\`, \`psf512\` | mfcc logMel | python_speech_features | ${preset('python_speech_features')} | ${p(d.presets.psf)} | ${presetTests}
the same, preset \`htk\` | mfcc logMel | Young et al., The HTK Book | ${preset('opensmile')}, htkcompatible=1, and kaldi-native-fbank set up as HTK, both float32 | ${p(d.presets.htk)} | ${presetTests}
the same, preset \`study\` | mfcc logMel | Han 2015 | the definition in numpy ${v('presets.json', 'numpy')} | ${p(d.presets.study)} | ${presetTests}
deltas | deltas | regression over neighbours, Furui 1986; Savitzky & Golay 1964 for \`fit: polynomial\` | ${preset('python_speech_features')}, torchaudio ${v('presets.json', 'torchaudio')}, ${preset('librosa')} | ${p(d.presets.deltas)} | test/features/preset-tools.test.ts test/features/delta-options.test.ts
windows | windowFunction | cosine sums; Povey: Hann^0.85 | ${scipy('features.json')} | ${p(d.frames.windows)} | test/features/windows.test.ts
mel filters and scale | melFilterbank hzToMel melToHz | O'Shaughnessy 1987, Slaney 1998, HTK | librosa ${v('features.json', 'librosa')} (\`filters.mel\`) | ${p(d.frames.melFilterbank)} | test/features/mel-filterbank.test.ts test/features/mel-scale.test.ts
log energy, zero crossings | logEnergy zeroCrossings | definition | numpy ${v('features.json', 'numpy')} | ${p(d.frames.logEnergy)}, ${p(d.frames.zeroCrossings)} | test/features/energy.test.ts
stacked, spliced, averaged, joined columns | stackFrames spliceFrames averageFrames concatenateColumns | definition | - | exact | test/features/stacking.test.ts test/features/columns.test.ts
standardisation, statistics of speakers | Standardizer StandardizerStream alignSpeakers SpeakerStatistics | Welford 1962 | - | definition | test/features/standardizer.test.ts test/features/speaker-alignment.test.ts test/features/speaker-statistics.test.ts
functionals of tracks | functionals | moments, linear quantiles, slopes, peaks, segments | - | definition | test/features/functionals.test.ts
rows of a front end | extractFeatures FeatureStream | the parts above, in a stream bit for bit | - | exact | test/pipelines/feature-stream.test.ts test/pipelines/feature-sets.test.ts

## Pitch, spectrum and voice

F0, voicing | pitch pitchTrack PitchStream alignedPitch | normalised autocorrelation and a best path, Boersma 1993 | ${praat} | ${median('F0, `pitchTrack`', 'Praat', ' semitones')} | test/features/pitch.test.ts test/features/pitch-stream.test.ts scripts/voice-features.mjs
F0 by subharmonics | subharmonicPitchTrack | Hermes 1988 | ${praat} | ${median('F0, `subharmonicPitchTrack`', 'Praat', ' semitones')} | test/features/voice/subharmonic-pitch.test.ts scripts/voice-features.mjs
spectrograms | spectrogram melSpectrogram | short-time Fourier transform | ${librosa} | worst ${voice('spectrogram, power', 'librosa', 'worst')} (power), ${voice('mel spectrogram', 'librosa', 'worst')} (mel: its filters are float32), relative | ${voiceTest}
centroid, spread, rolloff, flatness | spectralCentroid spectralSpread spectralRolloff spectralFlatness | Peeters 2004 | ${librosa} | worst ${['centroid', 'spread', 'rolloff', 'flatness'].map((one) => voice(one, 'librosa', 'worst')).join(', ')}, relative | ${voiceTest}
flux | spectralFlux | Eyben et al. 2016 | ${smile} | worst ${voice('flux', 'openSMILE', 'worst')}, relative | ${voiceTest}
Hammarberg index, alpha ratio | hammarbergIndex alphaRatio | Hammarberg et al. 1980; from 50 Hz, where openSMILE counts all below 1 kHz | ${smile} | Hammarberg worst ${voice('Hammarberg index', 'openSMILE', 'worst')} dB; alpha median ${voice('alpha ratio', 'openSMILE')} dB | ${voiceTest}
slope | spectralSlope | the line of least squares, which openSMILE weighs otherwise | ${smile} | median ${voice('slope 0 to 500 Hz', 'openSMILE')} dB/Hz (0 to 500 Hz) | ${voiceTest}
loudness | loudness | Hermansky 1990, whose equal-loudness curve is not that of openSMILE above 4 kHz | ${smile} | median ${voice('loudness', 'openSMILE')}, worst ${voice('loudness', 'openSMILE', 'worst')}, relative | test/features/spectrum/loudness.test.ts scripts/voice-features.mjs
linear prediction | lpc | Burg 1967; autocorrelation, Levinson 1947 | ${librosa} | worst ${voice('LPC, Burg', 'librosa', 'worst')}, relative | ${voiceTest}
formants | formants | Burg; Markel & Gray 1976 | ${praat} | F1, F2, F3: median ${['formant F1', 'formant F2', 'formant F3'].map((one) => voice(one, 'Praat')).join(', ')} Hz | test/features/voice/formants.test.ts scripts/voice-features.mjs
harmonics-to-noise ratio | harmonicsToNoise | Boersma 1993 | ${praat} | ${median('HNR', 'Praat', ' dB')} | test/features/voice/harmonics-to-noise.test.ts scripts/voice-features.mjs
jitter, shimmer | jitter shimmer pitchMarks | periods by cross-correlation, as in Praat's manual | ${praat}, along its F0 | median: local jitter ${voice("jitter, local, along Praat's F0", 'Praat')}, local shimmer ${voice("shimmer, local, along Praat's F0", 'Praat')}, relative | test/features/voice/perturbation.test.ts scripts/voice-features.mjs
H1-H2, H1-A3 | harmonicDifferences | Hanson 1997; Eyben et al. 2016 | harmonics that fall by 6 dB an octave (\`docs/results/voice-features.md\`) | ${cell('voice-features.md', ['harmonics of 150 Hz that fall by 6 dB an octave, H1-H2'], 'ours')} dB for ${cell('voice-features.md', ['harmonics of 150 Hz that fall by 6 dB an octave, H1-H2'], 'truth')} | test/features/voice/harmonic-differences.test.ts scripts/voice-features.mjs
eGeMAPSv02 | egemaps egemapsFrames egemapsNames egemapsFrameNames | Eyben et al. 2016, as openSMILE computes it | ${smile} | ${p(d.sets.egemaps)} (functionals), ${p(d.sets.egemapsFrames)} (descriptors) on the sound of the vectors; on ${cell('egemaps.md', ['**all**'], 'recordings')} recordings ${cell('egemaps.md', ['**all**'], 'within 0.00001')} of 88 functionals within 1e-5 standard deviations | test/features/egemaps/egemaps.test.ts scripts/egemaps-agreement.mjs
measures and tracks of speech | speechMeasures speechTracks measuresOfTracks speechMeasureNames speechMeasureGroups speechTrackNames | own choice; \`docs/guide/speech-measures.md\` | its definitions again in numpy | ${p(d.sets.speechMeasures)}, ${p(d.sets.speechTracks)} | test/features/speech/reference.test.ts scripts/speech-measures.mjs
segments of speech, and the answer for each | speechSegments SpeechSegmentStream recognizeSegments | likelihood ratio of bands against their background, Sohn, Kim & Sung 1999 | recordings of three corpora in noise (\`docs/results/speech-segments.md\`) | missed at 10 dB of white noise, EmoDB: ${cell('speech-segments.md', ['white noise, 10 dB'], 'EmoDB').split(' /')[0]} | test/pipelines/speech-segments.test.ts test/pipelines/segments/speech-segment-stream.test.ts scripts/speech-segments.mjs
speech or not | speechPresence | boosted steps of one cue each, Friedman, Hastie & Tibshirani 2000 | labels of sounds and corpora left out | wrong: ${cell('speech-presence.md', ['speech, its corpus left out'], 3)} of speech, ${cell('speech-presence.md', ['families that never serve for training'], 3)} of other sounds | test/pipelines/speech-presence.test.ts scripts/speech-presence.mjs

## Numbers

exp, expm1, log, log1p, tanh, sigmoid, softplus, sin, cos, atan, pow | src/core/elementary.ts | argument reduction and minimax polynomials, Remez 1934 | mpmath ${v('elementary.json', 'mpmath')} | units in the last place: ${Object.entries(
    d.elementary,
  )
    .map(([name, error]) => `${name} ${p(error)}`)
    .join(', ')} | test/core/elementary.test.ts
random words | Random | xoshiro128++, Blackman & Vigna 2021, in blocks; Alea, Baagøe, one by one | the definition in whole numbers (Python) | ${p(d.randomWords)} | test/numerics/xoshiro.test.ts test/numerics/random.test.ts
normal draws | Random | polar method, Marsaglia 1964; ziggurat, Marsaglia & Tsang 2000, Doornik 2005 | moments and tails of the normal | definition | test/numerics/ziggurat.test.ts test/numerics/random.test.ts
the same bits in every engine | kernels useKernels useWideKernels | IEEE 754; own elementary functions | Node, Deno, Bun, Chromium (\`docs/results/same-bits.md\`) | 0 (hashes) | test/platform/same-bits.test.ts scripts/same-bits.mjs
gradient check | checkGradient | central differences in float64 | - | definition | test/numerics/gradient-check.test.ts

## Layers and networks

simple recurrent layer | RNN Recurrent | Elman 1990; Werbos 1990 | ${torch('recurrent.json')}; ${onnx} | ${p(d.recurrent.rnn)}; ${p(d.recurrent.rnnFloat32)} | test/layers/recurrent-reference.test.ts
GRU | GRU | Cho et al. 2014, both places of the reset gate | ${torch('recurrent.json')}; ${onnx} | ${p(d.recurrent.gru)}; ${p(d.recurrent.gruFloat32)} | test/layers/recurrent-reference.test.ts test/layers/gru.test.ts
LSTM | LSTM | Hochreiter & Schmidhuber 1997; Gers & Schmidhuber 2000 | ${torch('recurrent.json')}; ${onnx} | ${p(d.recurrent.lstm)}; ${p(d.recurrent.lstmFloat32)} | test/layers/recurrent-reference.test.ts test/layers/reference.test.ts
its variants: peepholes, coupled gates, projection, learned states | LSTM | Gers, Schraudolph & Schmidhuber 2002; Greff et al. 2017; Sak, Senior & Beaufays 2014 | ${torch('lstm-variants.json')} | ${p(d.recurrent.variants)} | test/layers/lstm-variants.test.ts
both directions, final states | Bidirectional LastPool | Schuster & Paliwal 1997 | ONNX Runtime ${v('final-states.json', 'onnxruntime')}, float32 | ${p(d.finalStates)} | test/layers/final-states.test.ts
truncated backpropagation in time | Sequential | Werbos 1990 | ${torch('lstm.json')} | ${p(d.steps.truncated)} | test/layers/reference.test.ts
mean, maximum, deviation over time | MeanPool MaxPool StandardDeviationPool StatisticsPool | Welford 1962 | ${torch('lstm.json')} | ${p(d.steps.pooled)} | test/layers/reference.test.ts test/layers/running-statistics.test.ts
layer normalisation | LayerNorm | Ba, Kiros & Hinton 2016 | ${torch('layers.json')} | ${p(d.layers.layerNorm)} | test/layers/layers-reference.test.ts
attention over time | AttentionPool | Lin et al. 2017; Bahdanau, Cho & Bengio 2015 | ${torch('layers.json')} | ${p(d.layers.attentionPool)} | test/layers/layers-reference.test.ts
skips | Residual | He et al. 2016 | ${torch('layers.json')} | ${p(d.layers.residual)} | test/layers/layers-reference.test.ts
stacked frames | FrameStack | definition | ${torch('layers.json')} | ${p(d.layers.frameStack)} | test/layers/layers-reference.test.ts
dropout | Dropout | Srivastava et al. 2014; Gal & Ghahramani 2016 | - | definition | test/layers/layers.test.ts
multilayer perceptron, its activations and losses: cross-entropy (weights, smoothing), squared error, binary cross-entropy | MLP Dense | Rumelhart, Hinton & Williams 1986; Glorot & Bengio 2010, He et al. 2015 (starts) | ${torch('mlp.json')} | ${p(d.mlp.crossEntropy)}, ${p(d.mlp.squaredError)}, ${p(d.mlp.binaryCrossEntropy)} | test/networks/mlp-reference.test.ts
gradients of every layer | Layer checkGradient | backpropagation | central differences in float64 | within the bound of \`checkGradient\` | test/layers/gradients.test.ts test/networks/mlp-gradients.test.ts
frames that arrive one by one | NetworkStream | the same layers | the whole sequence | 0 (bits) | test/networks/stream.test.ts
logistic regression | LogisticRegression | multinomial, L2 | scikit-learn ${v('sklearn-logistic.json', 'scikit-learn')} | ${p(d.logistic)} (coefficients) | test/estimators/logistic-regression.test.ts
ridge regression, one target or several | Ridge | Hoerl & Kennard 1970, by Cholesky's factors | scikit-learn ${v('sklearn-estimators.json', 'scikit-learn')} | ${p(d.estimators.ridge)} (answers) | test/estimators/ridge.test.ts
ridge regression of classes | RidgeClassifier | the same, of targets -1 and 1 | scikit-learn ${v('sklearn-estimators.json', 'scikit-learn')} | ${p(d.estimators.ridgeClassifier)} (decision values) | test/estimators/ridge.test.ts
support-vector machines, linear and radial | SVC | Cortes & Vapnik 1995; Platt 1998; Fan, Chen & Lin 2005 | scikit-learn ${v('sklearn-estimators.json', 'scikit-learn')}, float32 in its kernel | ${p(d.estimators.svc)} (decision values) | test/estimators/svc.test.ts
labels | LabelEncoder | ascending order of names | - | exact | test/networks/label-encoder.test.ts

## Optimisers

SGD: plain, momentum, Nesterov | SGD | Polyak 1964; Sutskever et al. 2013 | PyTorch ${v('lstm.json', 'torch')}, three steps, float64 | ${p(d.steps.sgd)}, ${p(d.steps.momentum)}, ${p(d.steps.nesterov)} | test/layers/reference.test.ts
Adam, AdamW | Adam AdamW | Kingma & Ba 2015; Loshchilov & Hutter 2019 | PyTorch ${v('lstm.json', 'torch')}, three steps, float64 | ${p(d.steps.adam)}, ${p(d.steps.adamw)} | test/layers/reference.test.ts
RMSprop, centred and with momentum | RMSprop | Tieleman & Hinton 2012 | PyTorch ${v('rmsprop.json', 'torch')}, eight steps, float64 | ${p(d.rmsprop)} | test/optim/rmsprop.test.ts
L-BFGS of networks | LBFGS | Nocedal & Wright 2006, 7.5; Moré & Thuente 1994 | scikit-learn ${v('sklearn-mlp.json', 'scikit-learn')}, MLPClassifier(solver='lbfgs') from the same weights | ${p(d.lbfgs)} of the loss reached | test/networks/sklearn-mlp.test.ts
minimise by L-BFGS | minimize | Nocedal & Wright 2006; problems of Moré, Garbow & Hillstrom 1981 | ${scipy('minimize.json')}, L-BFGS-B | ${against(d.minimize.lbfgs, 'SciPy')} | test/optim/minimize-reference.test.ts
minimise by conjugate gradients | minimize | Hager & Zhang 2005 | ${scipy('minimize.json')}, CG | ${against(d.minimize.cg, 'SciPy')} | test/optim/minimize-reference.test.ts
minimise by truncated Newton | minimize | Nocedal & Wright 2006, 7.1; Eisenstat & Walker 1996 | ${scipy('minimize.json')}, Newton-CG | ${against(d.minimize.newton, 'SciPy')} | test/optim/minimize-reference.test.ts
Hessian-free | HessianFree | Martens 2010; Martens & Sutskever 2012; Pearlmutter 1994, Schraudolph 2002 (products) | differences of gradients; SGD and L-BFGS (\`docs/results/hessian-free.md\`) | loss of a deep autoencoder after 80 s ${cell('hessian-free.md', ['HessianFree'], '80 s')}, of the best SGD ${cell('hessian-free.md', ['SGD, rate 0.01, momentum 0.9'], '80 s')} | test/optim/hessian-free.test.ts test/training/curvature.test.ts
schedules | cosineDecay stepDecay warmUp | Loshchilov & Hutter 2017 (cosine) | - | definition | test/optim/optim.test.ts

## Energy models

RBM: free energy; conditionals; log Z; likelihood and gradient; pseudo-likelihood | RBM RestrictedBoltzmann EnergyModel | Smolensky 1986; Hinton 2002, 2010 | sums over all states, PyTorch ${v('energy.json', 'torch')}, float64 | ${energy('rbm')}; ${p(d.energy.rbm.conditionals)}; ${p(d.energy.rbm.logPartition)}; ${p(d.energy.rbm.likelihood)}; ${p(d.energy.rbm.pseudoLikelihood)} | ${energyTests}
Gaussian RBM: the same but the last | GaussianRBM | Hinton & Salakhutdinov 2006 | the same, PyTorch ${v('energy.json', 'torch')} | ${energy('gaussian')}; ${p(d.energy.gaussian.conditionals)}; ${p(d.energy.gaussian.logPartition)}; ${p(d.energy.gaussian.likelihood)} | ${energyTests}
CRBM: free energy; log Z given the past; likelihood and gradient; mean of the next frame | CRBM CRBMStream | Taylor, Hinton & Roweis 2006 | the same, PyTorch ${v('energy.json', 'torch')} | ${energy('crbm')}; ${p(d.energy.crbm.logPartition)}; ${p(d.energy.crbm.likelihood)}; ${p(d.energy.crbm.predictNext)} | ${energyTests}
log Z by annealed importance sampling | RBM GaussianRBM CRBM | Salakhutdinov & Murray 2008; Grosse, Ghahramani & Adams 2015 (backward chains) | exact sums | ${quote('ais-coverage.md', /\*\*(\d+ of \d+) are covered or told of/)} are covered or told of; largest error of estimates called reliable ${cell('ais-coverage.md', ['**Gaussian, all**'], 'largest error of reliable ones')} nats | test/energy/annealing.test.ts scripts/ais-coverage.mjs
contrastive divergence, persistent chains | RBM GibbsChains | Hinton 2002; Tieleman 2008 | expected statistics by enumeration; central differences of the free energy | definition | test/energy/updates.test.ts test/energy/gradients.test.ts
forecast of speech | CRBM | Taylor, Hinton & Roweis 2006 | VAR(5) by least squares, \`numpy.linalg.lstsq\` | squared error ${cell('crbm-emodb.md', ['**mean**'], '`meanField` to VAR(5)')} of it | test/energy/generation.test.ts examples/crbm-forecast.mjs
stacks | DBN StackedCRBM StackedCRBMStream EnergyStack | Hinton, Osindero & Teh 2006 | - | definition | test/energy/stacks.test.ts

## Evaluation

accuracy, mean recall, confusion matrix | accuracy unweightedRecall ConfusionMatrix | counts | matrices of the study (\`study\`) | exact | test/evaluation/metrics.test.ts test/evaluation/confusion-matrix.test.ts
interval of a rate | wilsonInterval | Wilson 1927 | Python's NormalDist, in the test | definition | test/evaluation/intervals.test.ts
intervals over speakers | bootstrapIntervals | Efron & Tibshirani 1993, 13 | - | definition | test/evaluation/bootstrap.test.ts
predicted numbers: CCC, correlation, RMSE, over speakers | concordance regressionScores regressionIntervals | Lin 1989; Efron & Tibshirani 1993, 13 | definitions by loops, in the test | definition | test/evaluation/regression.test.ts
fine-tuning | fineTune | definition; discriminants mixed by numbers of recordings | - | definition | test/pipelines/fine-tune.test.ts scripts/fine-tuning.mjs
rates by groups of speakers, and their differences | groupRates ratesByGroup ageGroup | Efron & Tibshirani 1993, 13; groups drawn apart | - | definition; simulated coverage of 95 % intervals 83 % over 5 speakers, 89 over 10, 92 over 20 | test/evaluation/group-rates.test.ts scripts/group-coverage.mjs
two systems, the same recordings | mcnemarExact compareRuns | McNemar 1947, exact | ${scipy('mcnemar.json').replace(/SciPy .*/, `SciPy ${v('mcnemar.json', 'scipy')} (binomtest)`)} | ${p(d.mcnemar)}, relative | test/evaluation/mcnemar.test.ts
calibration | calibrate fitTemperature applyTemperature reliability expectedCalibrationError riskCoverage | Guo et al. 2017; El-Yaniv & Wiener 2010 | neighbouring temperatures | expected calibration error on corpora left out, ${quote('second-edition.md', /(before [\d.]+ %, after [\d.]+ %)/s)} | test/evaluation/calibration.test.ts scripts/second-edition.mjs
splits | leaveOneGroupOut groupKFold stratifiedKFold holdOutGroups leaveOneSpeakerOut | definition | - | exact | test/evaluation/splits.test.ts
reasons of an answer | explainAnswer explanationSpec | occlusion of groups and moments, Zeiler & Fergus 2014 | - | definition | test/pipelines/explanation.test.ts
importance of groups of measures | permutationImportance corpusImportance | permutation, Breiman 2001; Fisher, Rudin & Dominici 2019 | data of which one group tells all | definition | test/pipelines/explanation.test.ts
adaptation without labels | evaluateAdaptations measuresLdaSystem measuresLogisticSystem | discriminants, Fisher 1936, shrunk, Ledoit & Wolf 2004; class means by soft EM | corpora that were left out | mean recall ${cell('second-edition.md', ['none'], 'mean')} % without, ${cell('second-edition.md', ['all of the speaker'], 'mean')} % with the speaker's recordings | test/pipelines/adaptation.test.ts test/pipelines/discriminant.test.ts scripts/second-edition.mjs

## Formats

\`.npy\`, \`.npz\` | decodeNpy encodeNpy decodeNpz encodeNpz | NumPy, versions 1 to 3 | NumPy ${v('npy.json', 'numpy')} | ${p(d.formats.npy.worst)} in ${d.formats.npy.number} arrays | test/io/npy.test.ts
models of Keras | fromKeras decodeKeras | Keras' layers; HDF5, superblock 0 | Keras ${v('keras-models.json', 'keras')}, float32 | ${p(d.formats.keras.worst)} in ${d.formats.keras.number} files | test/weights/keras/from-keras.test.ts test/io/hdf5.test.ts
Kaldi's archives, also compressed; HTK's parameter files | decodeKaldiArk encodeKaldiArk encodeKaldiScp parseKaldiScp decodeHtk encodeHtk readKaldiArchive | Kaldi's \`compressed-matrix.cc\`; The HTK Book 5.10.1 | kaldiio ${v('kaldi.json', 'kaldiio')}, kaldi-native-io ${v('kaldi.json', 'kaldi-native-io')}, both ways | exact (compressed HTK files: by the book alone) | test/io/kaldi.test.ts test/vectors/kaldi.py
segments for Praat, ELAN, Audacity, players and tables | encodeTextGrid encodeElan encodeAudacityLabels encodeSrt encodeSegmentCsv | Praat's and ELAN's formats, SubRip, RFC 4180 | parselmouth 0.4.7, pympi 1.71, srt 3.5.3, and the readers of \`loadCorpus\` | exact (ELAN and subtitles: in milliseconds) | test/corpora/annotations/encode.test.ts test/vectors/annotations.py
ONNX files of models | toOnnx | the operators of ONNX | \`onnxruntime\` and \`onnxruntime-web\`, float32, random graphs (\`docs/results/onnx.md\`) | ${['RNN', 'GRU, reset after the product', 'LSTM', 'MLP', 'CRBM', 'LSTM, rectified'].map((model) => `${model} ${cell('onnx.md', [model], 2)}`).join('; ')} | test/onnx/networks.test.ts test/onnx/energy.test.ts scripts/onnx.mjs
networks of ONNX files | fromOnnx loadOnnx | the graph, read for the layers that its input goes through | PyTorch, scikit-learn, Keras (\`docs/results/onnx-in.md\`) | PyTorch ${cell('onnx-in.md', ['PyTorch 2.15.0, default exporter'], 'largest difference')}; scikit-learn ${cell('onnx-in.md', ['skl2onnx 1.20.0 of scikit-learn 1.9.1'], 'largest difference')}; Keras ${cell('onnx-in.md', ['tf2onnx 1.17.0 of Keras 3.15.1'], 'largest difference')} | test/onnx/exporters.test.ts test/onnx/from-onnx.test.ts scripts/onnx-exporters.mjs
weights by name | loadWeights weightsOf | the table of \`src/weights/pytorch.ts\` | PyTorch ${v('weights-pytorch.json', 'torch')}, outputs in float64, files of float32 | ${p(d.weights.pytorch.worst)} in ${d.weights.pytorch.number} modules | test/weights/pytorch.test.ts test/weights/load-weights.test.ts scripts/weights.mjs
weights by path | loadWeights decodeFlax | the table of \`src/weights/flax.ts\`; MessagePack by @msgpack/msgpack | Flax ${v('weights-flax.json', 'flax')}, the same | ${p(d.weights.flax.worst)} in ${d.weights.flax.number} modules | test/weights/flax.test.ts
MLPs and Bernoulli RBMs | fromScikitLearn | - | scikit-learn ${v('weights-machines.json', 'scikit-learn')}, \`predict_proba\`, \`predict\`, \`transform\` | ${p(d.weights.scikit.worst)} in ${d.weights.scikit.number} estimators | test/weights/machines.test.ts
RBMs of other packages | fromLearnergy fromRbms decodeRbms | spins of -1 and 1 as units 0 and 1 | learnergy ${v('weights-machines.json', 'learnergy')} (three models), rbms ${v('weights-machines.json', 'rbms')} (two) | ${p(d.weights.learnergy.worst)}, ${p(d.weights.rbms.worst)} | test/weights/machines.test.ts
safetensors | decodeSafetensors encodeSafetensors saveModel loadModel readMetadata | Hugging Face | the library safetensors | ${p(d.formats.safetensors.worst)} in ${d.formats.safetensors.number} tensors | test/io/safetensors.test.ts test/io/float16.test.ts`
}
