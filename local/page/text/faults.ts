const en = {};

const ko: Readonly<Record<keyof typeof en, string>> = {};

export const faults = { en, ko };
