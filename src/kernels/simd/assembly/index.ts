/** What the modules export; addresses and strides are in bytes, other numbers in elements. */
export { multiply, multiplyRows } from './gemm'
export { gruDifferentiate, gruOpen, gruResetAfter, gruResetBefore, gruWrite } from './gru'
export { lstmActivate, lstmDifferentiate } from './lstm'
export { packColumns } from './pack'
export { addColumnSums, fillRows, sigmoid, tanh } from './rows'
