const en = {};

const ko: Readonly<Record<keyof typeof en, string>> = {};

export const send = { en, ko };
