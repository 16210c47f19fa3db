import { checkArray, checkNumber, checkObject } from '../core/check.ts'
import type { Calibration, ReliabilityBin, RiskPoint } from '../evaluation/calibration.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'

const share = { type: 'quantitative', scale: { domain: [0, 1] } }
const size = { width: 260, height: 220 }

/** Accuracy over confidence by bins, beside the diagonal of a perfect calibration. */
function reliabilityPanel(bins: readonly ReliabilityBin[]): ChartPart {
  const values = bins
    .filter(({ count }) => count > 0)
    .map(({ confidence, accuracy, count }) => {
      return { confidence: rounded(confidence), accuracy: rounded(accuracy), count }
    })
  const encoding = {
    x: { ...share, field: 'confidence', title: 'confidence' },
    y: { ...share, field: 'accuracy', title: 'share of right answers' },
  }
  const ends = [0, 1].map((end) => ({ confidence: end, accuracy: end }))
  return {
    ...size,
    layer: [
      { data: { values: ends }, mark: { type: 'line', strokeDash: [4, 4], color: ink.axis }, encoding },
      { data: { values }, mark: { type: 'line', color: ink.line, strokeWidth: 2 }, encoding },
      {
        data: { values },
        mark: { type: 'point', filled: true, color: ink.line, opacity: 1 },
        encoding: { ...encoding, size: { field: 'count', type: 'quantitative', title: 'answers', legend: null } },
      },
    ],
  }
}

/** Risk over coverage, with a rule at the coverage of the threshold. */
function riskPanel(points: readonly RiskPoint[], threshold: number): ChartPart {
  const values = points.map(({ coverage, risk }) => ({ coverage: rounded(coverage), risk: rounded(risk) }))
  const sure = points.filter((point) => point.threshold >= threshold)
  const at = sure.length === 0 ? [] : [{ coverage: rounded(sure[sure.length - 1].coverage) }]
  const x = { ...share, field: 'coverage', title: 'share of answers given' }
  return {
    ...size,
    layer: [
      {
        data: { values },
        mark: { type: 'line', color: ink.line, strokeWidth: 2, point: { size: 16, color: ink.line } },
        encoding: { x, y: { field: 'risk', type: 'quantitative', title: 'share of wrong ones among them' } },
      },
      { data: { values: at }, mark: { type: 'rule', strokeDash: [4, 4], color: ink.axis }, encoding: { x } },
    ],
  }
}

/**
 * A reliability diagram (accuracy over confidence; points on the dashed diagonal mean what they say) beside the
 * risk-and-coverage curve, with a rule where answers stop to be sure. The argument is a result of `calibrate`, or
 * `recognizer.card.calibration` of `ser train`.
 *
 * @throws TypeError for other values
 * @example
 * ```ts
 * const calibration = calibrate([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]], [0, 0, 1, 1])
 * calibrationSpec(calibration).description // 'Reliability and risk of 4 answers, calibration error 23.4 %.'
 * ```
 */
export function calibrationSpec(calibration: Calibration): Chart {
  const where = 'calibrationSpec'
  checkObject(where, 'calibration', calibration, 'a calibration, as calibrate returns it')
  const bins = checkArray<ReliabilityBin>(where, 'calibration.reliability', calibration.reliability, 1)
  const points = checkArray<RiskPoint>(where, 'calibration.riskCoverage', calibration.riskCoverage, 1)
  const threshold = checkNumber(where, 'calibration.threshold', calibration.threshold)
  const { after } = checkObject<Calibration['error']>(where, 'calibration.error', calibration.error)
  const error = checkNumber(where, 'calibration.error.after', after)
  const text = `Reliability and risk of ${calibration.recordings} answers, calibration error ${(100 * error).toFixed(1)} %.`
  return chart(text, {
    title: { text: 'Reliability, and risk by coverage', subtitle: text },
    hconcat: [reliabilityPanel(bins), riskPanel(points, threshold)],
  })
}
