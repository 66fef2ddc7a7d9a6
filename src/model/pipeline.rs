//! Sales pipelines: the stages that a deal goes through, each with how likely it is to be won from there. They are settings of
//! the workspace, each written on a line: `Sales: Qualified 20%, Proposal 50%, Won 100%, Lost 0%`.

use std::fmt;

use super::{Workspace, fold};

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Its stages, in order.
    pub stages: Vec<PipelineStage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineStage {
    /// Its name.
    pub name: String,
    /// How likely a deal in it is to be won, in percent: 100 is won, 0 is lost.
    pub probability: u32,
}

/// The pipeline of a workspace that set up none.
const USUAL: &str = "Sales: Qualified 20%, Proposal 40%, Negotiation 70%, Won 100%, Lost 0%";

/// The most stages of a pipeline.
const MOST_STAGES: usize = 50;

/// How a pipeline is written, for messages.
const FORM: &str = "write it as \"Sales: Qualified 20%, Proposal 50%, Won 100%, Lost 0%\"";

impl Pipeline {
    /// Reads a pipeline.
    ///
    /// # Errors
    /// The sentence about what is wrong with it.
    pub fn parse(text: &str) -> Result<Pipeline, String> {
        let (name, stages) = text.split_once(':').ok_or_else(|| format!("no name: {FORM}"))?;
        let name = name.trim();
        if name.is_empty() {
            return Err(format!("no name: {FORM}"));
        }
        let stages = stages.split(',').map(stage).collect::<Result<Vec<_>, _>>()?;
        if stages.len() > MOST_STAGES {
            return Err(format!("a pipeline has at most {MOST_STAGES} stages"));
        }
        for (n, s) in stages.iter().enumerate() {
            if stages.iter().take(n).any(|other| is_same(&other.name, &s.name)) {
                return Err(format!("two stages are called {}", s.name));
            }
        }
        let ends = |p: u32| stages.iter().any(|s| s.probability == p);
        if !(ends(100) && ends(0) && stages.iter().any(|s| !s.is_end())) {
            return Err(format!(
                "a pipeline needs an open stage, a won one (100%) and a lost one (0%): {FORM}"
            ));
        }
        Ok(Pipeline { name: name.to_owned(), stages })
    }

    /// The stage of a name, whatever its case. `won` and `lost`, and what HubSpot calls them (`closedwon`), mean the stages
    /// that close a deal so, whatever they are called here.
    pub fn stage(&self, name: &str) -> Option<&PipelineStage> {
        let by_name = self.stages.iter().find(|s| is_same(&s.name, name));
        by_name.or_else(|| match fold::fold_name(name).as_str() {
            "won" | "closedwon" => self.stages.iter().find(|s| s.is_won()),
            "lost" | "closedlost" => self.stages.iter().find(|s| s.is_lost()),
            _ => None,
        })
    }
}

impl PipelineStage {
    /// Whether a deal in it is won.
    pub fn is_won(&self) -> bool {
        self.probability == 100
    }

    /// Whether a deal in it is lost.
    pub fn is_lost(&self) -> bool {
        self.probability == 0
    }

    /// Whether a deal in it is closed: won or lost.
    pub fn is_end(&self) -> bool {
        self.is_won() || self.is_lost()
    }
}

fn stage(text: &str) -> Result<PipelineStage, String> {
    let text = text.trim();
    let wrong = || format!("no probability in {text:?}: {FORM}");
    let (name, percent) =
        text.strip_suffix('%').and_then(|t| t.trim_end().rsplit_once(' ')).ok_or_else(wrong)?;
    let probability = percent.parse().ok().filter(|p| *p <= 100).ok_or_else(wrong)?;
    Ok(PipelineStage { name: name.trim().to_owned(), probability })
}

fn is_same(a: &str, b: &str) -> bool {
    fold::fold(a.trim()) == fold::fold(b.trim())
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.name)?;
        for (n, s) in self.stages.iter().enumerate() {
            write!(f, "{} {} {}%", if n == 0 { "" } else { "," }, s.name, s.probability)?;
        }
        Ok(())
    }
}

impl Workspace {
    /// Its pipelines, the usual one first.
    pub fn sales_pipelines(&self) -> Vec<Pipeline> {
        let mut out: Vec<Pipeline> = self.pipelines.iter().filter_map(|p| Pipeline::parse(p).ok()).collect();
        if out.is_empty() {
            out.extend(Pipeline::parse(USUAL));
        }
        out
    }

    /// The pipeline of a name, whatever its case; the usual one where none is named.
    pub fn pipeline(&self, name: &str) -> Option<Pipeline> {
        self.sales_pipelines().into_iter().find(|p| name.trim().is_empty() || is_same(&p.name, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipeline_is_read_and_written_as_typed() {
        let p = Pipeline::parse(USUAL).unwrap();
        assert_eq!(p.to_string(), USUAL);
        assert_eq!(p.stage("negotiation").map(|s| s.probability), Some(70));
        assert!(p.stage("WON").is_some_and(PipelineStage::is_won));
        let other = Pipeline::parse("Renewals: Talks 5%, Kept 100%, Gone 0%").unwrap();
        assert_eq!(other.stage("Closed Won").map(|s| s.name.as_str()), Some("Kept"));
        assert_eq!(other.stage("closedlost").map(|s| s.name.as_str()), Some("Gone"));
        assert_eq!(other.stage("proposal"), None);
        let p = Pipeline::parse("Renewals :In talks 5 % , Kept 100%,Gone 0%").unwrap();
        assert_eq!(p.to_string(), "Renewals: In talks 5%, Kept 100%, Gone 0%");
    }

    #[test]
    fn what_is_no_pipeline_is_rejected_with_the_reason() {
        for (text, why) in [
            ("Sales", "no name"),
            (": A 10%, B 100%, C 0%", "no name"),
            ("Sales: A, Won 100%, Lost 0%", "no probability in \"A\""),
            ("Sales: A 110%, Won 100%, Lost 0%", "no probability"),
            ("Sales: A 10%, a 20%, Won 100%, Lost 0%", "two stages are called a"),
            ("Sales: A 10%, Lost 0%", "needs an open stage, a won one"),
            ("Sales: Won 100%, Lost 0%", "needs an open stage"),
        ] {
            let got = Pipeline::parse(text).unwrap_err();
            assert!(got.contains(why), "{text}: {got}");
        }
    }

    #[test]
    fn a_workspace_without_pipelines_has_the_usual_one() {
        let mut w = Workspace::default();
        assert_eq!(w.pipeline("").map(|p| p.name), Some("Sales".to_owned()));
        w.pipelines = vec!["Renewals: Talks 30%, Kept 100%, Gone 0%".into()];
        assert_eq!(w.pipeline("renewals").map(|p| p.stages.len()), Some(3));
        assert_eq!(w.pipeline("Sales"), None);
    }
}
