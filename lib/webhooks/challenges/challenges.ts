import {
  discordChallenge,
  type ProvedChallenge,
  slackChallenge,
  twitchChallenge,
  zoomChallenge,
} from "./proved.ts";
import {
  cloudEventsChallenge,
  couldBeTwitterToken,
  dropboxChallenge,
  jsonChallenge,
  metaChallenge,
  microsoftChallenge,
  oktaChallenge,
  twitterChallenge,
  type UnprovedChallenge,
} from "./unproved.ts";

/** A form of request by which a sender verifies the endpoint. It is no event, so nothing is produced. */
export type Challenge = {
  /** Answers a request whose sender proved nothing. A proved request is never asked about. */
  readonly unproved?: UnprovedChallenge;
  /** Answers a verified body. */
  readonly proved?: ProvedChallenge;
  /** True if the response is made with a secret of the source. */
  readonly needsSecret?: boolean;
  /** True if it has secrets of its own. */
  readonly needsVerifyToken?: boolean;
  /** Recognizes bytes whose signature anybody can have got as a response. Such a signature proves nothing. */
  readonly couldSign?: (body: Uint8Array) => boolean;
  /** Says why no source can have it. */
  readonly problem?: string;
};

/** All values of a source's option `challenge`. */
export const challenges = {
  meta: { unproved: metaChallenge, needsVerifyToken: true },
  microsoft: { unproved: microsoftChallenge },
  dropbox: { unproved: dropboxChallenge },
  cloudevents: { unproved: cloudEventsChallenge },
  okta: { unproved: oktaChallenge },
  twitter: { unproved: twitterChallenge, needsSecret: true, couldSign: couldBeTwitterToken },
  json: { unproved: jsonChallenge },
  slack: { proved: slackChallenge },
  zoom: { proved: zoomChallenge, needsSecret: true },
  discord: { proved: discordChallenge },
  twitch: { proved: twitchChallenge },
  none: {},
} as const satisfies Readonly<Record<string, Challenge>>;

export type ChallengeName = keyof typeof challenges;

export const challengeNames = Object.keys(challenges) as readonly ChallengeName[];
