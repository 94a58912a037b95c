// The accounts of the demo data. All of them have the same password.

export const PASSWORD = "correct horse battery staple";

export const TESS = { login: "tess@padlock.example", name: "Tess Tanaka" };
export const DANA = { login: "dana@padlock.example", name: "Dana Dahl" };
export const OMAR = { login: "omar@padlock.example", name: "Omar Okafor" };
export const INES = { login: "ines@padlock.example", name: "Ines Ibarra" };
export const MAXIMILIANE = { login: "maximiliane@padlock.example", name: "Maximiliane-Theodora von Württemberg-Hohenlohe" };
export const LAYLA = { login: "layla@padlock.example", name: "ليلى عبد الرحمن الأحمد" };
export const NOOR = { login: "noor@padlock.example", name: "Noor Nasser" };

export type DemoAccount = typeof TESS;
