/** Whether the module is the one for lanes of 256 bits: compile.mjs gives each build its own. */
declare const WIDE: bool
