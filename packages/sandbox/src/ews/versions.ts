/** Versions in their order; what is dated later (Exchange2015 and the like) is taken for the newest. */
const VERSIONS = [
  'Exchange2007',
  'Exchange2007_SP1',
  'Exchange2010',
  'Exchange2010_SP1',
  'Exchange2010_SP2',
  'Exchange2013',
  'Exchange2013_SP1',
] as const;

export type Version = (typeof VERSIONS)[number];

export function versionNumber(name: string): number | undefined {
  const at = (VERSIONS as readonly string[]).indexOf(name);
  return at < 0 ? undefined : at;
}

const BUILDS: readonly (readonly [major: number, minor: number, build: number, revision: number])[] = [
  [8, 0, 685, 24],
  [8, 1, 240, 6],
  [14, 0, 639, 21],
  [14, 1, 218, 15],
  [14, 2, 247, 5],
  [15, 0, 516, 32],
  [15, 0, 847, 32],
];

/** The attributes of ServerVersionInfo of a server of this version. */
export function serverVersionInfo(number: number): Record<string, string | number> {
  const [MajorVersion = 15, MinorVersion = 0, MajorBuildNumber = 847, MinorBuildNumber = 32] = BUILDS[number] ?? [];
  const Version = VERSIONS[number] ?? 'Exchange2013_SP1';
  return { MajorVersion, MinorVersion, MajorBuildNumber, MinorBuildNumber, Version };
}
