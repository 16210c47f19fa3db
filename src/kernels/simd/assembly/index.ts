/** Exports of the modules; addresses and strides are in bytes, other numbers in elements. */
export * from './boltzmann'
export * from './gemm'
export * from './gru'
export * from './lstm'
export { packColumns } from './pack'
export * from './rows'
export * from './softmax'
export * from './updates'
