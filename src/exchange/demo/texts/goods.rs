//! What Lantern & Burr sells.

/// One thing on sale.
#[derive(Debug, Clone, Copy, Default)]
pub struct Good {
    /// Its code.
    pub sku: &'static str,
    /// Its name.
    pub title: &'static str,
    /// Its price in cents, or whole units of a currency without any.
    pub cents: i64,
    /// How often it is bought by people at home, and by cafés.
    pub weight: (u64, u64),
}

const fn good(sku: &'static str, title: &'static str, cents: i64, home: u64, cafe: u64) -> Good {
    Good { sku, title, cents, weight: (home, cafe) }
}

/// The grinder of the story.
pub const HERON: Good = good("HERON-2", "Heron electric grinder", 42_900, 8, 5);

/// What first orders are made of.
pub const MACHINES: &[Good] = &[
    good("WREN-1", "Wren hand grinder", 14_900, 30, 2),
    good("WREN-T", "Wren travel grinder", 11_900, 18, 1),
    HERON,
    good("HERON-P", "Heron Pro café grinder", 89_000, 1, 14),
    good("MAGPIE", "Magpie scale", 5_900, 14, 8),
    good("DIPPER", "Dipper gooseneck kettle", 9_400, 14, 3),
];

/// What is bought again.
pub const SUPPLIES: &[Good] = &[
    good("BURR-48", "48 mm burr set", 3_900, 10, 2),
    good("BURR-64", "64 mm burr set", 6_900, 3, 12),
    good("BEANS-H1", "Harbour blend, 1 kg", 2_800, 26, 22),
    good("BEANS-N1", "Night watch decaf, 1 kg", 3_000, 9, 8),
    good("FILTER-100", "Paper filters, 100", 750, 22, 8),
    good("CLEAN-24", "Cleaning tablets, 24", 1_200, 14, 18),
    good("BRUSH", "Bristle brush", 900, 9, 4),
    good("HOPPER-L", "Large hopper", 3_400, 2, 6),
    good("SERVICE-Y", "Yearly service", 12_000, 2, 9),
];
