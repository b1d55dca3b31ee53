using System.CommandLine;
using RealtimeAkka.Hosting.Sessions;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions list</c>.</summary>
internal static class SessionListCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var (which, json) = (
            new SessionArguments(), SessionOptions.Json("One JSON object per line: every session, then totals per day and per model."));
        var since = SessionOptions.Since("Only sessions that started since then");
        var model = new Option<string?>("--model")
            { HelpName = "NAME", Description = "Only sessions with this Realtime or transcription model.", CustomParser = Parsed.Text };
        var cost = new Option<double?>("--min-cost")
        {
            HelpName = "USD", Description = "Only sessions that cost at least this.",
            CustomParser = result => Parsed.Number(0, 1e9)(result),
        };
        var flag = new Option<string?>("--flag")
        {
            HelpName = "FLAG", Description = "Only sessions with a turn that has this flag or verdict, such as suspect.",
            CustomParser = Parsed.Text,
        };
        flag.CompletionSources.Add(
            "agreed", "minor", "conflict", "suspect", "usage_without_audio", "partial_text", "transcribed_again", "asr_preferred",
            "not_committed", "no_speech_energy", "too_many_words", "phantom", "loop", "prompt_leak", "like_assistant", "labelled",
            "language_differs");
        var sort = new Option<SessionOrder>("--sort")
        {
            HelpName = "KEY", Description = "start, cost, turns, length, model, exit or conflicts.",
            CustomParser = Parsed.OneOf<SessionOrder>,
        };
        sort.CompletionSources.Clear(); // the names of the enumeration as they are in the sources
        sort.CompletionSources.Add("start", "cost", "turns", "length", "model", "exit", "conflicts");
        var limit = new Option<int?>("--limit")
        {
            HelpName = "N", Description = "At most so many: the newest, or the first by --sort.",
            CustomParser = result => Parsed.Count(1, int.MaxValue)(result),
        };
        var command = new Command("list", "List sessions with their costs, and what they cost per day and per model.")
            { since, model, cost, flag, sort, limit, which.Data, which.Store, json };
        command.SetAction(parsed =>
        {
            var io = parsed.InvocationConfiguration;
            var query = new SessionQuery
            {
                Since = parsed.GetValue(since), Model = parsed.GetValue(model), MinCost = (decimal?)parsed.GetValue(cost),
                Flag = parsed.GetValue(flag), Order = parsed.GetValue(sort), Limit = parsed.GetValue(limit),
            };
            using var sessions = which.Sessions(parsed);
            var list = new SessionList(query.Of(sessions, SessionOptions.Warn(io)));
            foreach (var line in parsed.GetValue(json) ? list.Json() : list.Text()) io.Output.WriteLine(line);
            return ExitCodes.Completed;
        });
        return command;
    }
}
