import { describe, expect, it } from 'vitest'
import { strangerName } from '../../src/audio/strangers.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { wavCases } from './wav-cases.ts'

function bytesOf(start: string): Uint8Array {
  return Uint8Array.from(start.padEnd(200, '.'), (character) => character.charCodeAt(0))
}

describe('what a file is that is no recording', () => {
  it.each([
    ['NIST_1A\n   1024\nsample_rate -i 16000\n', /NIST SPHERE \(ffmpeg -i FILE OUT\.wav converts it\)/],
    ['.snd\0\0\0\x1c', /Sun AU \(ffmpeg/],
    ['<!DOCTYPE html><html>', /HTML or XML/],
    ['\xef\xbb\xbf\r\n<html lang="en">', /HTML or XML/],
    ['<?xml version="1.0"?><Error><Code>AccessDenied</Code>', /HTML or XML/],
    ['PK\x03\x04', /a ZIP archive: unpack it/],
    ['\x1f\x8b\x08', /a gzip file: unpack it/],
    ['\0'.repeat(200), /bytes of 0 alone/],
  ])('%j is told by decodeWav', (start, name) => {
    expect(() => decodeWav(bytesOf(start))).toThrow(name)
    expect(() => decodeWav(bytesOf(start))).toThrow(/^decodeWav: not a WAV file but /)
  })

  it.each([['hello'], ['RIFF'], ['']])('%j says nothing', (start) => {
    expect(strangerName(bytesOf(start))).toBeUndefined()
  })

  it('is never asked of a WAV file', () => {
    for (const { bytes } of wavCases) expect(strangerName(bytes)).toBeUndefined()
  })
})
