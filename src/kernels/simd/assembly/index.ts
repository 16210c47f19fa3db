/** Exports of the modules; addresses and strides are in bytes, other numbers in elements. */
export { addRows, bernoulli, squaredDistance, subtractRows } from './boltzmann'
export { multiply, multiplyRows } from './gemm'
export { gruDifferentiate, gruOpen, gruResetAfter, gruResetBefore, gruWrite } from './gru'
export { lstmActivate, lstmDifferentiate } from './lstm'
export { packColumns } from './pack'
export { addColumnSums, fillRows, sigmoid, softplus, tanh } from './rows'
export { crossEntropy, softmax } from './softmax'
export { adamStep, momentumStep, sgdStep } from './updates'
