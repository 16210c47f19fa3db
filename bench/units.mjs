/** What a time is reported in: ms of a run times `factor`. */
export const ms = { name: 'ms', factor: 1 }

/** A run takes `count` frames. */
export const usPerFrame = (count) => ({ name: 'us a frame', factor: 1000 / count })

/** A run takes `count` elements. */
export const nsPerElement = (count) => ({ name: 'ns an element', factor: 1e6 / count })
