/** Adaptation to the speaker of a stream, by the turns that were heard. */
import type { FloatArray, FloatNdArray } from '../../core/types.ts'
import { SpeakerStatistics } from '../../features/speaker-statistics.ts'
import type { Adaptation, Classifier } from '../system.ts'

/** Fewest turns by which answers are adapted: fewer tell less of a speaker than the training does. */
const LEAST_TURNS = 3

function copyOf(statistics: SpeakerStatistics): SpeakerStatistics {
  return SpeakerStatistics.fromJSON(statistics.toJSON())
}

/** A classifier and the statistics of the speaker that it adapts to. */
export class SpeakerAdaptation {
  private readonly adaptation: Adaptation
  private statistics: SpeakerStatistics
  /** The classifier that answers until enough turns were heard, and that which answers now. */
  private first: Classifier
  private current: Classifier

  /**
   * @param classifier - may be adapted to the statistics already
   * @param known - whether it is
   */
  constructor(classifier: Classifier, adaptation: Adaptation, statistics: SpeakerStatistics, known: boolean) {
    this.adaptation = adaptation
    this.statistics = copyOf(statistics)
    this.first = known ? classifier : adaptation.adapted(null)
    this.current = known ? classifier : this.adapted()
  }

  /** A copy of the statistics. */
  get speaker(): SpeakerStatistics {
    return copyOf(this.statistics)
  }

  predict(features: FloatNdArray): FloatArray {
    return this.current.predict(features)
  }

  /** Answers a turn, then adds its rows to the statistics. */
  predictTurn(features: FloatNdArray, isSpeech: boolean): FloatArray {
    const rows = this.adaptation.rows(features)
    const posterior = (this.current.adaptation as Adaptation).predictRows(rows)
    if (isSpeech) {
      this.statistics.add(rows)
      this.current = this.adapted()
    }
    return posterior
  }

  /** Forgets the speaker, also one that the classifier was adapted to before. */
  forget(): void {
    this.statistics = new SpeakerStatistics(this.statistics.columns)
    this.first = this.adaptation.adapted(null)
    this.current = this.first
  }

  private adapted(): Classifier {
    const { statistics, first, adaptation } = this
    return statistics.recordings < LEAST_TURNS ? first : adaptation.adapted({ statistics })
  }
}
