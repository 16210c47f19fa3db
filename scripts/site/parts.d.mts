export declare const parts: { name: string; slug: string; about: string; groups: Record<string, string[]> }[]
export declare const sitePages: string[]
