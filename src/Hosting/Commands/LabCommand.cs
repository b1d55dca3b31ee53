using System.Collections.Immutable;
using System.CommandLine;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Lab;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>lab</c>: golden sets, and what prompts and models make of them.</summary>
public static class LabCommand
{
    private const int MaxCorrections = 4 * 1024 * 1024;

    /// <summary>The command with its subcommands.</summary>
    public static Command Create(RunOptions options, Option<bool> verbose, VoiceApp app) => new(
        "lab", "Measure transcription prompts and models against turns whose words are known.")
    {
        new LabRunCommand(options, verbose, app).Run(),
        new LabRunCommand(options, verbose, app).Check(),
        new Command("golden", "Make golden sets: recorded turns and what was said in them.") { Add() },
    };

    private static Command Add()
    {
        var which = new SessionArguments();
        var golden = new Option<string?>("--golden")
        {
            HelpName = "DIR", Description = "The folder of the set; it is made if it is not there. Default: golden, beside the sessions.",
        };
        var corrections = new Option<string?>("--corrections")
        {
            HelpName = "FILE",
            Description = "What was said, one JSON object per turn: {\"turn\":3,\"reference\":\"...\"}; null leaves a turn out.",
        };
        var language = new Option<string?>("--language")
            { HelpName = "CODE", Description = "The language of the turns, such as en or pt-BR." };
        var command = new Command("add", "Add the turns of a session that was recorded with --record audio.")
            { which.Id, golden, corrections, language, which.Data };
        command.SetAction(parsed => Add(
            parsed.InvocationConfiguration, which.Folder(parsed),
            parsed.GetValue(golden) ?? Path.Combine(which.Directory(parsed), "golden"),
            parsed.GetValue(corrections), Code(parsed.GetValue(language))));
        return command;
    }

    private static int Add(InvocationConfiguration io, string session, string golden, string? corrections, string? language)
    {
        var recording = Path.Combine(session, "input.wav");
        if (!File.Exists(recording))
            throw new ConfigException($"{Path.GetFileName(session)} has no input.wav; record sessions with `run --record audio`.");
        var (drafts, leftOut) = GoldenDraft.Of(Records(session, io), GoldenMaker.LengthMs(recording));
        var given = corrections is null ? ImmutableDictionary<int, GoldenCorrection>.Empty : Corrections(corrections);
        foreach (var number in given.Keys.Where(number => !drafts.Any(draft => draft.Turn == number)))
            Warn(io, $"{corrections} corrects turn {number}, which has no place in the recording.");
        foreach (var reason in leftOut) Warn(io, $"{reason}; it is left out.");

        PrivateFiles.CreateDirectory(golden);
        var maker = new GoldenMaker(Path.GetFileName(session), recording, golden, Hearing());
        var asked = GoldenPrompt.OnTerminal(drafts.Count(draft => !draft.IsAgreed && !given.ContainsKey(draft.Turn)));
        List<GoldenLine> lines = [];
        foreach (var draft in drafts)
        {
            var correction = given.TryGetValue(draft.Turn, out var found) ? found
                : draft.IsAgreed ? new GoldenCorrection(draft.Turn, draft.Oob, null, null) : asked?.Ask(draft);
            if (correction is null)
                Warn(io, $"Turn {draft.Turn} is left out: its transcripts differ. Say what was said on a terminal or with --corrections.");
            if (correction?.Reference is { } reference)
                lines.Add(maker.Make(draft, reference, correction.Entities, correction.Language ?? language));
        }
        if (lines.Count > 0) GoldenSet.Add(golden, lines);
        var (turns, file) = (drafts.Length + leftOut.Length, Path.Combine(golden, GoldenSet.FileName));
        io.Output.WriteLine($"{lines.Count} of {turns} turns of {Path.GetFileName(session)} are in {file}.");
        return lines.Count > 0 ? ExitCodes.Completed : ExitCodes.Failed;
    }

    private static IReadOnlyList<RecordLine> Records(string session, InvocationConfiguration io)
    {
        try
        {
            var (lines, skipped) = RecordedSession.Read(session).Records();
            if (skipped > 0) Warn(io, $"{skipped} unreadable lines of turns.jsonl skipped.");
            return lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{Path.GetFileName(session)} cannot be read: {e.Message}", e);
        }
    }

    private static IReadOnlyDictionary<int, GoldenCorrection> Corrections(string path)
    {
        try
        {
            return GoldenCorrection.Read(TextFile.Read(path, MaxCorrections), path);
        }
        catch (FormatException e)
        {
            throw new ConfigException($"--corrections '{path}' cannot be read; it must be {e.Message}.", e);
        }
    }

    private static HearingSettings Hearing() => new HearingPlanner(
        ConfigStack.Load(Path.Combine(AppContext.BaseDirectory, "hocon"), profile: null, written: []).Config).Read();

    private static string? Code(string? language)
    {
        try
        {
            return GoldenLine.Code(language);
        }
        catch (FormatException)
        {
            throw new ConfigException($"--language is '{StrictConfig.Shown(language!)}'; it must be a language code, such as en or pt-BR.");
        }
    }

    private static void Warn(InvocationConfiguration io, string message) => io.Error.WriteLine($"warning: {TerminalText.Line(message)}");
}
