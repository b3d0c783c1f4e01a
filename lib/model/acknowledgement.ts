/** Values of DATASTREAM_ACKNOWLEDGEMENT: which response counts as an acknowledgement. The strictest comes first. */
export const acknowledgements = ["documented", "any-2xx"] as const;
export type Acknowledgement = (typeof acknowledgements)[number];
