/** What counts as an acknowledgement of the produce API (DATASTREAM_ACKNOWLEDGEMENT); the strict one first. */
export const acknowledgements = ["documented", "any-2xx"] as const;
export type Acknowledgement = (typeof acknowledgements)[number];
