/** What the modules export; addresses are in bytes, lengths in elements. */
export { multiply, multiplyRows, packColumns } from './gemm'
