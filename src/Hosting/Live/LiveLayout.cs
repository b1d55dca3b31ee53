using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Protocol.Messages;
using Row = System.Collections.Immutable.ImmutableArray<RealtimeAkka.Hosting.Live.Span>;

namespace RealtimeAkka.Hosting.Live;

/// <summary>Where what is shown of a call stands on a screen of any size: a pure function of the view, the size and the time.</summary>
public static class LiveLayout
{
    // From these sizes on there is room for two columns of frames, or for frames side by side above the turns.
    private const int WideWidth = 100, WideHeight = 24, MediumWidth = 72, MediumHeight = 20, RoomyHeight = 30;

    // A narrow screen has frames around the assistant and the turns from this height on.
    private const int FramedHeight = 14, FramedWidth = 30;

    private const int CostRows = 5, LatencyRows = 3;

    /// <summary>The lines of the screen, as a terminal takes them.</summary>
    public static ImmutableArray<string> Lines(LiveView view, int width, int height, bool colors, TimeSpan now) =>
        Draw(view, width, height, now).Lines(colors);

    /// <summary>The screen.</summary>
    public static Frame Draw(LiveView view, int width, int height, TimeSpan now)
    {
        var frame = new Frame(width, height);
        var keys = LiveRows.Keys(view, width);
        frame.Put(0, 0, width, LiveRows.Header(view, width, now));
        if (width >= WideWidth && height >= WideHeight) Wide(frame, view, now);
        else if (width >= MediumWidth && height >= MediumHeight) Medium(frame, view, now);
        else Narrow(frame, view, now);
        if (height > 1) frame.Put(height - 1, 0, width, keys);
        return frame;
    }

    private static void Wide(Frame frame, LiveView view, TimeSpan now)
    {
        var side = Math.Clamp(frame.Width / 3, 41, 52);
        var (main, end) = (frame.Width - side, frame.Height - 1);
        var mic = new Area(0, 1, main, 4);
        var assistant = new Area(0, 5, main, 6);
        var turns = new Area(0, 11, main, end - 11);
        var costs = new Area(main, 1, side, CostRows + 2);
        var latency = new Area(main, costs.Top + costs.Height, side, LatencyRows + 3);
        var notices = new Area(main, latency.Top + latency.Height, side, end - latency.Top - latency.Height);
        Microphone(frame, mic, view, now);
        Assistant(frame, assistant, view);
        Turns(frame, turns, view);
        frame.Panel(costs, "Cost", LiveRows.Costs(view, costs.Cells));
        frame.Panel(latency, "Latency", [.. LiveRows.Latencies(view, latency.Cells), LiveRows.Verdicts(view)]);
        frame.Panel(notices, "Notices", LiveRows.Notices(view, notices.Cells, notices.Inside, isWrapped: true));
    }

    private static void Medium(Frame frame, LiveView view, TimeSpan now)
    {
        var side = Math.Max(34, frame.Width * 2 / 5);
        var notices = frame.Height < RoomyHeight ? 1 : 3;
        var (main, end) = (frame.Width - side, frame.Height - 1 - notices);
        var costs = new Area(main, 1, side, CostRows + 2);
        var latency = new Area(main, costs.Top + costs.Height, side, LatencyRows + 2);
        var turns = latency.Top + latency.Height;
        var mic = new Area(0, 1, main, 4);
        var assistant = new Area(0, 5, main, turns - 5);
        Microphone(frame, mic, view, now);
        Assistant(frame, assistant, view);
        frame.Panel(costs, "Cost", LiveRows.Costs(view, costs.Cells));
        frame.Panel(latency, "Latency", LiveRows.Latencies(view, latency.Cells));
        Turns(frame, new Area(0, turns, frame.Width, end - turns), view);
        Bottom(frame, view, end, notices);
    }

    // One column; of a low screen the last turns get what is left.
    private static void Narrow(Frame frame, LiveView view, TimeSpan now)
    {
        var (line, end) = (1, frame.Height - 1); // the last line has the keys
        void Line(Row row)
        {
            if (line < end) frame.Put(line++, 0, frame.Width, row);
        }
        if (frame.Height > 2) Line(LiveRows.Microphone(view, frame.Width, now)[0]);
        if (frame.Height > 5) Line(LiveRows.MicrophoneState(view));
        var isFramed = frame.Height >= FramedHeight && frame.Width >= FramedWidth;
        if (isFramed)
        {
            Assistant(frame, new Area(0, line, frame.Width, 4), view);
            line += 4;
            end -= 3;
            Turns(frame, new Area(0, line, frame.Width, end - line), view);
            line = end;
            end += 3;
            Line(LiveRows.CostLine(view));
            Line(LiveRows.LatencyLine(view));
            Bottom(frame, view, line, 1);
            return;
        }
        var below = frame.Height > 7 ? 2 : frame.Height > 4 ? 1 : 0;
        foreach (var row in LiveRows.Talk(view, frame.Width, end - below - line)) Line(row);
        line = end - below;
        if (below > 0) Line(LiveRows.CostLine(view));
        if (below > 1) Bottom(frame, view, line, 1);
    }

    private static void Microphone(Frame frame, Area area, LiveView view, TimeSpan now) => frame.Panel(
        area, LiveRows.MicrophoneTitle(view), [.. LiveRows.Microphone(view, area.Cells, now), LiveRows.MicrophoneState(view)],
        view.Muted.HasFlag(MuteReasons.Caller) ? Tone.Bad : Tone.Title);

    private static void Assistant(Frame frame, Area area, LiveView view) =>
        frame.Panel(area, "Assistant", LiveRows.Saying(view, area.Cells, area.Inside));

    private static void Turns(Frame frame, Area area, LiveView view)
    {
        if (view.ShowsHelp) frame.Panel(area, "Keys", LiveRows.Help(view));
        else
            frame.Panel(area, string.Create(CultureInfo.InvariantCulture, $"Turns ({view.TurnCount})"), LiveRows.Turns(
                view, area.Cells, area.Inside));
    }

    private static void Bottom(Frame frame, LiveView view, int line, int count)
    {
        foreach (var notice in LiveRows.Notices(view, frame.Width - 1, count, isWrapped: false))
            frame.Put(line++, 1, frame.Width - 1, notice);
    }
}
