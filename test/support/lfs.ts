/** The text that Git LFS leaves in a file's place. */
export const lfsPointer: Uint8Array = Buffer.from(
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 12345\n',
)
