using System.CommandLine;
using RealtimeAkka.Soak;

// Plays many sessions with faults and judges each:
// dotnet run --project bench/soak -- faults --runs 200
// dotnet run --project bench/soak -- soak --minutes 30
var seed = new Option<int>("--seed") { Description = "The first seed; the others follow it.", DefaultValueFactory = _ => 1 };
var parallel = new Option<int>("--parallel") { Description = "Sessions at once.", DefaultValueFactory = _ => 4 };
var breaks = new Option<string>("--breaks") {
    Description = "Whether lines break: yes | no | both | named (at the moments that matter).",
    DefaultValueFactory = _ => "both",
};
breaks.AcceptOnlyFromAmong("yes", "no", "both", "named");
var runs = new Option<int>("--runs") { Description = "How many scenarios.", DefaultValueFactory = _ => 200 };
var reduce = new Option<bool>("--reduce") { Description = "Make the scenarios that fail as small as they go." };
var keep = new Option<string?>("--keep") { Description = "Keep wire and output of sessions that fail in this folder." };
var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 1 };

var faults = new Command("faults", "Random scenarios, one session each; 0 violations or exit code 1.")
    { runs, seed, parallel, breaks, reduce, keep };
faults.SetAction((parsed, cancellation) => FaultRuns.RunAsync(
    parsed.GetValue(runs), parsed.GetValue(seed), parsed.GetValue(parallel), parsed.GetValue(breaks)!, parsed.GetValue(reduce),
    parsed.GetValue(keep), cancellation));
var soak = new Command("soak", "Sessions without end in one process; 0 violations and figures that do not grow, or exit code 1.")
    { minutes, seed, parallel, breaks };
soak.SetAction((parsed, cancellation) => SoakRun.RunAsync(
    TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(parallel), parsed.GetValue(breaks)!,
    cancellation));
return await new RootCommand("Judges many sessions in which something goes wrong.") { faults, soak }.Parse(args).InvokeAsync();
