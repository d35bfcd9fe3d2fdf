/** What passes between the holder of the live connection and the tabs. */

export type LiveStatus = "connecting" | "live" | "reconnecting";

export type FromHolder =
  | { kind: "event"; data: string }
  /** The cursor was too far behind, or was never known: fetch everything again. */
  | { kind: "reset" }
  | { kind: "status"; status: LiveStatus };

export type FromTab = { kind: "hello" } | { kind: "bye" };
