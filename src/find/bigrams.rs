//! Letter pairs by how common they are in names, companies and addresses. Rows are given out by it: a pair that is rare shares
//! its row with rare ones alone, for what is in no row of a word but by chance must be looked at in vain.

/// The commonest first.
const COMMON: &[u8; 660] =
    b"anercoinaronomrialenelmarareneorllleroestilastdeiclitendilchcahaninangitasnsheatltielotaiantmeolsoto\
    rtisbeacsamitrioamdahothtdnnvepaseouetotdinorsvabrurbaaivigagrcencrredhiadkemooosiigpeosttealcgessgi\
    frjodoryeefirueyplirwiauagavshlsrnpiboustsrdscrgemobldapegulecupueeiidevcighphprwekambutjatulupoclab\
    sugmunezimmcahckwaayguudcsdrodlyopyafegoglfazarlrmukccrpcrumovohexivowuidutyppucjeakmskiebbirctlogys\
    oymuhtfoqucumxffofhnrkhreplpblnkdshunyctbuynuaewrbsmeoaelmspizwotnoaokifijmpylmmgnoclvhlkonlbhkstwug\
    dyibjuzeubtmipaznucylfzinzoekrmyslzovttzpvikqqefgsdvyobslboiafdweurvawpusynraayeekhypsflfuwncgddkgvo\
    zzixoznhehaonpuzufbbklcngghglkcmgyxphmxtptjidlytsktclgiuybcq";

const ALL: usize = 26 * 26;

const fn place(a: u8, b: u8) -> usize {
    (a - b'a') as usize * 26 + (b - b'a') as usize
}

/// The rank of each pair; those that are not listed come after the others in the order of the alphabet.
#[expect(clippy::indexing_slicing, reason = "constant: a wrong index does not compile")]
const RANKS: [u16; ALL] = {
    let mut ranks = [u16::MAX; ALL];
    let mut n = 0;
    while n < COMMON.len() / 2 {
        ranks[place(COMMON[2 * n], COMMON[2 * n + 1])] = n as u16;
        n += 1;
    }
    let mut i = 0;
    while i < ALL {
        if ranks[i] == u16::MAX {
            ranks[i] = n as u16;
            n += 1;
        }
        i += 1;
    }
    ranks
};

/// How many are listed.
const LISTED: u64 = COMMON.len() as u64 / 2;

/// The row of two small Latin letters among this many: the common ones nearly have one each, those that are not listed share
/// the last sixth.
pub fn row(a: u8, b: u8, rows: u16) -> Option<u16> {
    let known = a.is_ascii_lowercase() && b.is_ascii_lowercase();
    let rank = u64::from(*known.then(|| RANKS.get(place(a, b))).flatten()?);
    let rare = u64::from(rows / 6).max(1);
    let common = u64::from(rows).saturating_sub(rare);
    let row = match LISTED.checked_sub(rank + 1) {
        // 1 - (1 - x)³: steep at first, for the commonest are as common as many of the others together.
        Some(left) => common * (LISTED.pow(3) - (left + 1).pow(3)) / LISTED.pow(3),
        None => common + (rank * 7919) % rare,
    };
    u16::try_from(row).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_pairs_have_their_own_row_and_all_have_one() {
        assert_eq!(
            [row(b'a', b'n', 100), row(b'e', b'r', 100), row(b'Q', b'r', 100)],
            [Some(0), Some(0), None]
        );
        let letters = || b'a'..=b'z';
        let mut all: Vec<u16> =
            letters().flat_map(|a| letters().filter_map(move |b| row(a, b, 102))).collect();
        assert_eq!(all.len(), ALL);
        all.sort_unstable();
        let shared = |n: u16| all.iter().filter(|r| **r == n).count();
        assert!(
            shared(0) < 3 && shared(101) > 15 && all.last() == Some(&101),
            "{} {}",
            shared(0),
            shared(101)
        );
    }
}
