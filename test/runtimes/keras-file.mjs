/**
 * The model "mlp-dropout" of test/vectors/keras-models.json, a `.keras` file of Keras 3 in gzip, as base64: in a module, since not every
 * host of the suite reads files.
 */
import { gunzipSync } from 'fflate'

const text = [
  'H4sIAAAAAAAC/+1cf2hbRRx/L2lcNh1mMNwPtpkFyjpdsyRNu6xCWrVzlQ4X3IRtZWTX5pq87eW97P2o7UZ1DsSIiPMP2QQF/UMQ/MOioP2n3V',
  'RkiiLFv/2jCDLwHyeIf6gw7967e8ldkjZbM7fZ+8Djcnffu+/d9z539+33pckM+dvWSy62SzO/5d/sR5/wsxY9RWiBHLBA9KSpa2cjp6ABzOw4',
  'NExF1yK94UhXNN4djUV2hSNICmZNMA5zuDwRS/R0xuOdXbH+eKq3u6e3KxGZyjCqzv+97trXqyUJP/ejklFdG1PyRFFRz9kqxD05KrGCURWYZl',
  'YDRaf4EDxtQ81SgOrUOW1R+dkIFTAZAcsAigZGnC4tw4Z4wNZkCTpNllQ2cBiJZnRVGZ1soG1M1YGF54iqDZhXTAsaMEc70GxVRRVmAeBCfeQk',
  'HLWyCjZUvGtvKtmT2Nu9Z093MpXCzVUwieyL6oZrRhYldTUDfFor2dYBXMmNbwRYo4UsUuxMddgdSNfxqul7Q8cDLAHDxIVjQDWxjQyQzzsLSg',
  'uoQgUrzKpUo16yECGQqYlkYzOgmuanNWDoJd22Gtg8V6m988vr1KAtgLKxaBzbEjqGI0uv6YoJvXXwGrTARFBDK9bAQLTuHmK/rSkWJn8SfQaj',
  'ljIOLHLUWEArYP02MuSIAszKXNC4NahmFdQUbXflDOJknYlFq+rrzHK/qhu69ZymjOlGkZsnu5Yu98EENCtliIdc4eJUwRNY5oCPQUM32YEurp',
  'OYCQnYKjCIVjJ+Zzx1a0grpMR0aGRxjepVnLYBOnnPOEuX9Ya3uFVwf7ai5rJVdnctXXN6TbV2h2Tj9+geSdTsEVXRIDDELhG7JIl2yXFPutFG',
  'asludIxbLCkqrJKeqvL2QhdfON453BHqTyHHEj0h7FjqOahGn4dKvmCZ0UL3q4MDT61ds3mN0yAYlNocqQpuEOD21Xlaf4KkMknLJP3QR8tlp2',
  '4jKV9H+uflDj+7bx+WvsGB6lkIuGlQEliJGNz3eAanR0ie8ukbHys3jjxpnLq3UoWX/beoV5b8DH9DhL8dq1j+u/yVGvJXQPC3mr/0HCsHeL65',
  'yLRI76FnDg7Iks871csbWD3TJD+/iR1X2M/KDZJ8IbAy14/eW7wdHiAniywFpPXIevgux/lNsuy0CHk2DDL2xBdueVXFxvufPHhAlkgDTg6jEl',
  'Zx8/TYI11I5I9yiQxPosvkeNoobePlXQ/cm1/5QbFHBQQEBAQEBAQEBAQEBARuNxrFyfn4zFJx8uBWqSraILDSwMcZwyS9vomVo/EiGh+i8SAa',
  'd0q1iL+lzW7+wpbm+BvaLvgr+FvhL41bT29h5eh7Hi8+vUy9bpzc7+mbiVBeu1ggeandTSjPy52s3DTJz+9meTy4mZXj98X/5x6r/77sCLHfCa',
  'n6HBDvywSaOwfoPpoJ83xz0dr3ZbKnL7ON1TNB8pfCYo0WA73/eXvd6vsy/N6Kvi/zLeJv8Of0Uv5GqkP4G+KcqfU3wu23199odE+e21nvnmzM',
  '3/Cj7LgFVjZ/KZ8WdrByMZLGuXuzv0X35EQ72+97JH9lh1ijZu5J3l63ek8Gqu5JP2kvVwnIknvhyT7Zk8Gg3w+pzW90mq4LP0zKwtKGoLThRU',
  '9f0Kn3+dwOg4SBfvn6IyzzKCbuqL2P/jk/l9/249xn37/eF/v1p7k3Pr2aPnbiocvJISsNP3pr7tylmfS11/5In/ru29mE+vMs/f4U5fnCzsX7',
  'p+dwYZfgNnvf8Tx0eSLLMsO35fNuorP+jVi+q+yRLX7Z9/bQX7OBV/5JX/vqRrph/JeLJywZ/+0S/qzwB2r92eu774w/m0nenD+70C38WcHfWn',
  '92OvHf+rODMbbfEslfSIg1asaf5e3VirhPWxP+LPUffJw/4Vu2X3GFnEzhu8qf9RV/mXv/ix/mXtq66rLd83m6v/fi5anfQ32r33l3tv3lj9O8',
  '/zqdbM5/7dgjuHwz/quvZTxLpep7cHeX//qBfeWx85cOpzNDsm+9v/EPWVCcc2bJ/KwF35T/YYpK01MS8zMV1Q3r/Y9jpeHRNbX/8ZgZCtznrp',
  'Bf+gSlV5/AuX8BYebbrI9DAAA=',
].join('')

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Bytes of base64, where an AudioWorklet has no `atob`. */
function bytesOf(base64) {
  const out = []
  let [word, bits] = [0, 0]
  for (const letter of base64.replace(/=+$/, '')) {
    word = ((word & 0xfff) << 6) | digits.indexOf(letter)
    bits += 6
    if (bits < 8) continue
    bits -= 8
    out.push((word >> bits) & 255)
  }
  return Uint8Array.from(out)
}

/** The bytes of the `.keras` file. */
export const kerasFile = () => gunzipSync(bytesOf(text))
