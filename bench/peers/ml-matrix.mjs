// ml-matrix, float64 arrays of rows: `node ml-matrix.mjs FOLDER`
import { Matrix } from 'ml-matrix'
import { serve } from './peer.mjs'

const rowsOf = ({ data, shape: [rows, cols] }) =>
  Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * cols, (i + 1) * cols)))

await serve(process.argv[2], ['ml-matrix'], {
  gemm(_, { a, b }) {
    const [left, right] = [new Matrix(rowsOf(a)), new Matrix(rowsOf(b))]
    return () => left.mmul(right)
  },
})
