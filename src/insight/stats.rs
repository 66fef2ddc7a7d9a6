//! Medians and intervals. All intervals are of 95 %.

/// The normal quantile of 97.5 %.
const Z: f64 = 1.959_963_984_540_054;

/// The quantile of sorted values, of type 7 of Hyndman & Fan (1996): linear between order statistics, as R and NumPy
/// do by default. `None` where there are none; `q` from 0 to 1.
pub fn quantile(sorted: &[i64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * last as f64;
    let low = place.floor();
    let at = |i: f64| sorted.get(i as usize).map(|v| *v as f64);
    let (a, b) = (at(low)?, at(place.ceil())?);
    Some(a + (b - a) * (place - low))
}

/// The mean; `None` where there are none.
pub fn mean(values: &[i64]) -> Option<f64> {
    let sum: i128 = values.iter().map(|v| i128::from(*v)).sum();
    (!values.is_empty()).then(|| sum as f64 / values.len() as f64)
}

/// Wilson's score interval (1927) of a share, from 0 to 1; `None` where n is 0.
pub fn wilson(hits: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (x, n) = (hits as f64, n as f64);
    let p = x / n;
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    // At the ends the bound is exact; rounding would put it a hair inside.
    let low = if hits == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if x >= n { 1.0 } else { (centre + half).min(1.0) };
    Some((low, high))
}

/// The net promoter score, −100 to 100; `None` where no one answered.
pub fn nps(promoters: u64, passives: u64, detractors: u64) -> Option<f64> {
    let n = promoters + passives + detractors;
    (n > 0).then(|| 100.0 * (promoters as f64 - detractors as f64) / n as f64)
}

/// Its adjusted Wald interval: three answers more, three quarters of one each for promoters and detractors (Lewis & Sauro;
/// Rocks 2016). The bounds lie around the adjusted score, not around the score, and end at ±100.
pub fn nps_interval(promoters: u64, passives: u64, detractors: u64) -> Option<(f64, f64)> {
    if promoters + passives + detractors == 0 {
        return None;
    }
    let n = (promoters + passives + detractors) as f64 + 3.0;
    let (p, d) = ((promoters as f64 + 0.75) / n, (detractors as f64 + 0.75) / n);
    let margin = Z * ((p + d - (p - d).powi(2)) / n).sqrt();
    let bound = |side: f64| (100.0 * (p - d + side * margin)).clamp(-100.0, 100.0);
    Some((bound(-1.0), bound(1.0)))
}

/// Student's interval of a mean; `None` with fewer than two values.
pub fn mean_interval(values: &[i64]) -> Option<(f64, f64)> {
    let m = mean(values)?;
    let degrees = values.len().checked_sub(1).filter(|d| *d > 0)?;
    let squares: f64 = values.iter().map(|v| (*v as f64 - m).powi(2)).sum();
    let half = t_quantile(degrees) * (squares / degrees as f64).sqrt() / (values.len() as f64).sqrt();
    Some((m - half, m + half))
}

/// The t quantile of 97.5 %: by the Cornish-Fisher expansion (Abramowitz & Stegun 26.7.5) where it is exact to nine
/// digits, else by halving on the distribution's closed form.
fn t_quantile(degrees: usize) -> f64 {
    let v = degrees as f64;
    if degrees > 200 {
        let z = Z;
        let g1 = (z.powi(3) + z) / 4.0;
        let g2 = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
        let g3 = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
        return z + g1 / v + g2 / v.powi(2) + g3 / v.powi(3);
    }
    let (mut low, mut high) = (0.0, 13.0);
    for _ in 0..64 {
        let middle = (low + high) / 2.0;
        if t_within(middle, degrees) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The share of the t distribution within ±t (Abramowitz & Stegun 26.7.3 and 26.7.4).
fn t_within(t: f64, degrees: usize) -> f64 {
    let theta = (t / (degrees as f64).sqrt()).atan();
    let (sin, cos) = theta.sin_cos();
    // Odd: cos + 2/3 cos³ + …; even: 1 + 1/2 cos² + …, each up to cos^(degrees − 2).
    let odd = degrees % 2 == 1;
    let mut term = if odd { cos } else { 1.0 };
    let mut sum = if odd && degrees == 1 { 0.0 } else { term };
    let mut k = if odd { 3 } else { 2 };
    while k <= degrees.saturating_sub(if odd { 1 } else { 2 }) {
        term *= (k - 1) as f64 / k as f64 * cos * cos;
        sum += term;
        k += 2;
    }
    if odd { 2.0 / std::f64::consts::PI * (theta + sin * sum) } else { sin * sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn quantiles_lie_between_order_statistics() {
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[7], 0.9), Some(7.0));
        assert_eq!(quantile(&[1, 2, 3, 4], 0.5), Some(2.5));
        close(quantile(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9).unwrap(), 9.1);
    }

    #[test]
    fn shares_have_wilsons_interval() {
        for (x, n, low, high) in [
            (0, 1, 0.0, 0.793_450_685_622_762_7),
            (5, 5, 0.565_517_535_216_825_2, 1.0),
            (8, 10, 0.490_162_471_536_641_83, 0.943_317_848_545_624_7),
            (1234, 1500, 0.802_520_542_606_837_6, 0.841_164_331_395_071_9),
            (1, 1000, 0.000_176_546_370_626_077_65, 0.005_642_558_597_957_937),
        ] {
            let (a, b) = wilson(x, n).unwrap();
            assert!((a - low).abs() < 1e-9 && (b - high).abs() < 1e-9, "{x}/{n}: {a} {b}");
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn promoter_scores_have_honest_bounds() {
        for (p, n, d, score, low, high) in [
            (1, 0, 0, 100.0, -48.498_649_420_252_03, 98.498_649_420_252_02),
            (5, 3, 2, 30.0, -19.050_615_376_363_67, 65.204_461_530_209_83),
            (50, 30, 20, 30.0, 14.051_130_178_761_607, 44.201_297_005_704_41),
            (9, 0, 1, 80.0, 22.873_630_212_413_204, 100.0),
        ] {
            close(nps(p, n, d).unwrap(), score);
            let (a, b) = nps_interval(p, n, d).unwrap();
            close(a, low);
            close(b, high);
        }
        assert_eq!((nps(0, 0, 0), nps_interval(0, 0, 0)), (None, None));
    }

    #[test]
    fn means_have_students_interval() {
        for (values, low, high) in [
            (&[1, 5][..], -22.412_409_472_864_187, 28.412_409_472_864_187),
            (&[4, 5, 5], 3.232_449_090_029_575_3, 6.100_884_243_303_758),
            (&[1, 2, 3, 4, 5], 1.036_756_838_522_439_3, 4.963_243_161_477_560_5),
            (&[5, 5, 5, 5, 5, 5, 4, 4, 4, 1], 3.404_612_399_832_345, 5.195_387_600_167_654),
        ] {
            let (a, b) = mean_interval(values).unwrap();
            close(a, low);
            close(b, high);
        }
        assert_eq!(mean_interval(&[3]), None);
        // Both ways agree where one takes over from the other.
        let (at, after) = (t_quantile(200), t_quantile(201));
        assert!(at > after && at - after < 1e-4, "{at} {after}");
    }
}
