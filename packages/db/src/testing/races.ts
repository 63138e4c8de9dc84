/** How often a test runs a race: a few times usually, and as often as `RACES` says. */
export const races = (usual: number): number => Number(process.env.RACES ?? usual);
