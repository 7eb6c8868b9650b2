/** Files and functions that exceed a size limit, with reasons. No entry may be added. */
export const SIZE_EXCEPTIONS: { files: Readonly<Record<string, string>>; functions: Readonly<Record<string, string>> } =
  {
    files: {},
    functions: {},
  };
