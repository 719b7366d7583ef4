//! Does what is larger in one thing tend to be larger in another? Kendall's S within blocks (Hollander, Wolfe and Chicken,
//! Nonparametric Statistical Methods, 3rd ed., section 8.1), with the exact distribution over all orders within each block, so that
//! ties need no correction and blocks may differ in their levels.

use std::collections::BTreeMap;

/// Blocks up to this size have their orders enumerated.
const MOST: usize = 8;

/// How many pairs agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concordance {
    /// Pairs within a block in which both are larger on the same side.
    pub concordant: u64,
    /// Pairs in which they are not.
    pub discordant: u64,
    /// Two-sided p of there being no relation; `None` where there is no pair, or a block is too large to enumerate.
    pub p: Option<f64>,
}

/// Counts the pairs of each of `blocks`, which are values of the one thing and the other.
pub fn concordance(blocks: &[Vec<(f64, f64)>]) -> Concordance {
    let (mut concordant, mut discordant) = (0, 0);
    for block in blocks {
        for (place, one) in block.iter().enumerate() {
            for other in &block[..place] {
                match sign(one.0 - other.0) * sign(one.1 - other.1) {
                    1 => concordant += 1,
                    -1 => discordant += 1,
                    _ => {}
                }
            }
        }
    }
    let difference = concordant as i64 - discordant as i64;
    let known = concordant + discordant > 0 && blocks.iter().all(|block| block.len() <= MOST);
    Concordance {
        concordant,
        discordant,
        p: known.then(|| two_sided_p(blocks, difference.abs())),
    }
}

fn sign(value: f64) -> i64 {
    i64::from(value > 0.0) - i64::from(value < 0.0)
}

/// The chance of a difference that is at least so large where each order within each block is as likely.
fn two_sided_p(blocks: &[Vec<(f64, f64)>], difference: i64) -> f64 {
    let mut all = BTreeMap::from([(0_i64, 1.0_f64)]);
    for block in blocks {
        let own = distribution(block);
        let mut next = BTreeMap::new();
        for (sum, chance) in &all {
            for (more, also) in &own {
                *next.entry(sum + more).or_insert(0.0) += chance * also;
            }
        }
        all = next;
    }
    let beyond = all.iter().filter(|(sum, _)| sum.abs() >= difference);
    beyond.map(|(_, chance)| chance).sum::<f64>().min(1.0)
}

/// Kendall's S of a block with its second values in every order.
fn distribution(block: &[(f64, f64)]) -> BTreeMap<i64, f64> {
    let mut counts = BTreeMap::new();
    let mut order: Vec<usize> = (0..block.len()).collect();
    each_order(&mut order, 0, &mut |order| {
        let mut sum = 0;
        for one in 0..block.len() {
            for other in 0..one {
                sum += sign(block[one].0 - block[other].0)
                    * sign(block[order[one]].1 - block[order[other]].1);
            }
        }
        *counts.entry(sum).or_insert(0.0) += 1.0;
    });
    let all: f64 = counts.values().sum();
    counts.values_mut().for_each(|count| *count /= all);
    counts
}

fn each_order(order: &mut [usize], from: usize, each: &mut impl FnMut(&[usize])) {
    if from >= order.len() {
        return each(order);
    }
    for with in from..order.len() {
        order.swap(from, with);
        each_order(order, from + 1, each);
        order.swap(from, with);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_is_kendalls_exact_test() {
        // SciPy 1.17.1: kendalltau([1, 2, 3, 4, 5], [1, 2, 4, 3, 5], method='exact').pvalue is 0.0833….
        let block = [1.0, 2.0, 4.0, 3.0, 5.0];
        let block = (1..).map(f64::from).zip(block).collect();
        let found = concordance(&[block]);
        assert_eq!((found.concordant, found.discordant), (9, 1));
        assert!((found.p.expect("it is small") - 0.083_333_333_333_333).abs() < 1e-9);
    }

    #[test]
    fn blocks_are_not_compared_with_each_other() {
        // All orders of one block of three are six: 2 in 36 are as extreme as both agreeing, in either direction.
        let block = |level: f64| vec![(1.0, level), (2.0, level + 1.0), (3.0, level + 2.0)];
        let found = concordance(&[block(100.0), block(0.0)]);
        assert_eq!((found.concordant, found.discordant), (6, 0));
        assert!((found.p.expect("they are small") - 2.0 / 36.0).abs() < 1e-12);
    }

    #[test]
    fn without_a_difference_there_is_nothing_to_tell() {
        let found = concordance(&[vec![(1.0, 2.0), (1.0, 3.0)], Vec::new()]);
        assert_eq!((found.concordant, found.discordant, found.p), (0, 0, None));
    }
}
