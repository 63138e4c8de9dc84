/** Something that tests talk to and that this machine may lack. */
export interface Service<Coordinates> {
  /** As it is named to people. */
  name: string;
  /** What the tests are given; null when it is absent. */
  coordinates: Coordinates | null;
  /** Why it is absent, and what to install. */
  reason?: string;
  stop?(): Promise<void>;
}
