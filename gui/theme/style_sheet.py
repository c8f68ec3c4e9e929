"""The one style sheet, made from the tokens. Widgets ask for a look by the dynamic property `look`, never by colours.

What has the focus gets a thicker border and as much less padding, so that nothing moves when the focus does.

look       on                        for
primary    QPushButton               the one obvious next action of a view
danger     QPushButton               what destroys
flat       QPushButton, QToolButton  what stands in a row of others
inline     QPushButton, QToolButton  what stands in a column, at its edge: a heading to open, a row to add
link       QPushButton               an action within text
card       QFrame                    a raised box
floating   QFrame                    a panel over others
sunken     QFrame                    a well that holds cards
bar        QFrame                    a bar along an edge of the window
day        QPushButton               one of a few that are pressed or not, such as days of the week
nav        QToolButton               an entry of the navigation
muted      QLabel                    text of second rank
ink        QLabel                    text of first rank within a status frame
log        QAbstractScrollArea       text that is painted row by row
plain      QAbstractItemView         a view that fills its room and needs no frame of its own
good … quiet   QLabel, QFrame        a status; its soft background behind it
"""

from pathlib import Path

import resources
from gui.theme.tokens import DARK, Colours, Size, Space

STATUS_ROLES = ("good", "warn", "bad", "active", "quiet")


def style_sheet(c: Colours) -> str:
    """The style sheet of one scheme."""
    return "\n".join((_controls(c), _choices(c), _buttons(c), _boxes(c), _views(c), _statuses(c)))


def _controls(c: Colours) -> str:
    return f"""
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; padding: {Space.HAIR}px; }}
QLineEdit, QComboBox, QAbstractSpinBox {{
  background: {c.surface}; border: 1px solid {c.border_strong}; border-radius: {Size.RADIUS}px;
  padding: 0 {Space.SMALL}px; min-height: {Size.CONTROL - 2}px; selection-background-color: {c.selection};
  selection-color: {c.text};
}}
QPlainTextEdit, QTextEdit, QAbstractScrollArea[look="log"] {{
  background: {c.surface}; border: 1px solid {c.border_strong}; border-radius: {Size.RADIUS}px;
  selection-background-color: {c.selection}; selection-color: {c.text};
}}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus,
QAbstractScrollArea[look="log"]:focus {{
  border: 2px solid {c.focus};
}}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{
  padding: 0 {Space.SMALL - 1}px; min-height: {Size.CONTROL - 4}px;
}}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {{ background: {c.sunken}; color: {c.muted}; }}
QLineEdit[look="bad"], QComboBox[look="bad"] {{ border: 2px solid {c.bad}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url({_picture("down", c)}); width: 12px; height: 12px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 20px; }}
QAbstractSpinBox::up-arrow {{ image: url({_picture("up", c)}); width: 10px; height: 10px; }}
QAbstractSpinBox::down-arrow {{ image: url({_picture("down", c)}); width: 10px; height: 10px; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus {{
  background: transparent; border: none; border-radius: 0; padding: 0; min-height: 0;
}}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{
  background: transparent; border: none; border-radius: 0; padding: 0 {Space.HAIR}px; min-height: 0;
}}
QMenu {{ background: {c.surface}; border: 1px solid {c.border}; padding: {Space.HAIR}px; }}
QMenu::item {{ padding: {Space.HAIR}px {Space.HUGE}px; border-radius: {Size.RADIUS}px; }}
QMenu::item:selected {{ background: {c.selection}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.border_strong}; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: {Space.HAIR}px {Space.SMALL}px; }}
QMenuBar {{ background: {c.window}; }}
QMenuBar::item {{ padding: {Space.HAIR}px {Space.SMALL}px; border-radius: {Size.RADIUS}px; }}
QMenuBar::item:selected {{ background: {c.selection}; }}
QProgressBar {{ background: {c.sunken}; border: 1px solid {c.border}; border-radius: {Space.HAIR}px; }}
QProgressBar::chunk {{ background: {c.active}; border-radius: 3px; }}
QSplitter::handle {{ background: {c.border}; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; }}
QScrollBar::handle {{ background: {c.border_strong}; border-radius: 4px; margin: 2px; min-height: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QTabBar::tab {{ padding: {Space.SMALL}px {Space.MEDIUM}px; color: {c.muted}; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
QTabBar::tab:focus {{ color: {c.focus}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.border}; }}
"""


def _picture(name: str, c: Colours) -> str:
    """A file, since style sheets take no others; arrows in the colour of muted text, the tick in `on_accent`."""
    scheme = "dark" if c is DARK else "light"
    return (Path(resources.__file__).parent / "icons" / f"{name}-{scheme}.svg").as_posix()


def _choices(c: Colours) -> str:
    dot = (
        "qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,"
        f" stop: 0.45 {c.on_accent}, stop: 0.55 {c.accent})"
    )
    return f"""
QCheckBox, QRadioButton {{ spacing: {Space.SMALL}px; min-height: {Size.ICON + Space.SMALL}px; }}
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {{
  width: {Size.ICON - 2}px; height: {Size.ICON - 2}px; background: {c.surface}; border: 1px solid {c.border_strong};
}}
QCheckBox::indicator, QListView::indicator {{ border-radius: 3px; }}
QRadioButton::indicator {{ border-radius: {Size.ICON // 2}px; }}
QCheckBox::indicator:checked, QListView::indicator:checked {{
  background: {c.accent}; border-color: {c.accent}; image: url("{_picture("tick", c)}");
}}
QRadioButton::indicator:checked {{ background: {dot}; border-color: {c.accent}; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {c.focus}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled, QListView::indicator:disabled {{
  background: {c.sunken}; border-color: {c.border};
}}
QListView::indicator:checked:disabled {{ background: {c.border_strong}; border-color: {c.border_strong}; }}
QSlider::groove:horizontal {{ height: 4px; background: {c.border}; border: none; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{
  width: 12px; height: 12px; margin: -6px 0; border: 2px solid {c.accent}; border-radius: 8px; background: {c.surface};
}}
QSlider::handle:horizontal:focus {{ border-color: {c.focus}; background: {c.focus}; }}
"""


def _buttons(c: Colours) -> str:
    return f"""
QPushButton, QToolButton {{
  background: {c.raised}; color: {c.text}; border: 1px solid {c.border_strong}; border-radius: {Size.RADIUS}px;
  padding: 0 {Space.MEDIUM}px; min-height: {Size.CONTROL - 2}px;
}}
QToolButton {{ padding: 0 {Space.SMALL}px; }}
QPushButton:hover, QToolButton:hover {{ background: {c.sunken}; }}
QPushButton:focus, QToolButton:focus {{
  border: 2px solid {c.focus}; padding: 0 {Space.MEDIUM - 1}px; min-height: {Size.CONTROL - 4}px;
}}
QToolButton:focus {{ padding: 0 {Space.SMALL - 1}px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {c.border_strong}; border-color: {c.border}; }}
QPushButton[look="primary"] {{
  background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent}; font-weight: 600;
}}
QPushButton[look="primary"]:hover {{ background: {c.accent_hover}; }}
QPushButton[look="primary"]:focus {{ border: 2px solid {c.focus}; }}
QPushButton[look="primary"]:disabled {{ background: {c.sunken}; color: {c.muted}; border-color: {c.border}; }}
QPushButton[look="danger"] {{ color: {c.bad}; border-color: {c.bad}; }}
QPushButton[look="flat"], QToolButton[look="flat"] {{ background: transparent; border: 1px solid transparent; }}
QPushButton[look="flat"]:hover, QToolButton[look="flat"]:hover {{ background: {c.sunken}; }}
QToolButton[look="flat"]:checked {{ background: {c.accent_soft}; border-color: {c.accent}; }}
QPushButton[look="flat"]:focus, QToolButton[look="flat"]:focus {{ border: 2px solid {c.focus}; }}
QToolButton[look="flat"]:checked {{ background: {c.accent_soft}; border-color: {c.accent}; }}
QPushButton[look="inline"], QToolButton[look="inline"] {{
  background: transparent; border: 2px solid transparent; padding: 0 {Space.HAIR}px 0 0; min-height: 24px;
  text-align: left;
}}
QPushButton[look="inline"]:hover, QToolButton[look="inline"]:hover {{ background: {c.sunken}; }}
QPushButton[look="inline"]:focus, QToolButton[look="inline"]:focus {{ border: 2px solid {c.focus}; }}
QPushButton[look="link"] {{
  background: transparent; border: 1px solid transparent; color: {c.active}; padding: 0 {Space.HAIR}px;
  text-align: left;
}}
QPushButton[look="link"]:focus {{ border: 2px solid {c.focus}; padding: 0 {Space.HAIR - 1}px; }}
QPushButton[look="day"] {{ padding: 0; min-width: 30px; }}
QPushButton[look="day"]:checked {{
  background: {c.accent_soft}; color: {c.accent}; border: 1px solid {c.accent}; font-weight: 600;
}}
QPushButton[look="day"]:focus {{ border: 2px solid {c.focus}; padding: 0; min-width: 28px; }}
QToolButton[look="nav"] {{
  background: transparent; border: 1px solid transparent; padding: 0 {Space.MEDIUM}px; min-height: 36px;
  text-align: left;
}}
QToolButton[look="nav"]:hover {{ background: {c.sunken}; }}
QToolButton[look="nav"]:checked {{ background: {c.accent_soft}; color: {c.accent}; font-weight: 600; }}
QToolButton[look="nav"]:focus {{
  border: 2px solid {c.focus}; padding: 0 {Space.MEDIUM - 1}px; min-height: 34px;
}}
QToolButton::menu-indicator {{ image: none; }}
QLineEdit > QToolButton {{ background: transparent; border: none; padding: 0; min-height: 0; }}
"""


def _boxes(c: Colours) -> str:
    return f"""
QFrame[look="card"] {{
  background: {c.surface}; border: 1px solid {c.border}; border-radius: {Size.CARD_RADIUS}px;
}}
QFrame[look="card"][chosen="true"] {{ border: 2px solid {c.accent}; }}
QFrame[look="card"]:focus {{ border: 2px solid {c.focus}; }}
QFrame[look="floating"] {{
  background: {c.surface}; border: 1px solid {c.border_strong}; border-radius: {Size.CARD_RADIUS}px;
}}
QFrame[look="sunken"] {{ background: {c.sunken}; border: none; border-radius: {Size.CARD_RADIUS}px; }}
QFrame[look="bar"] {{ background: {c.window}; border: none; }}
QFrame[look="line"] {{ background: {c.border}; border: none; max-height: 1px; min-height: 1px; }}
QFrame[look="upright"] {{ background: {c.border}; border: none; max-width: 1px; min-width: 1px; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget[look="page"] {{ background: transparent; }}
"""


def _views(c: Colours) -> str:
    return f"""
QAbstractItemView {{
  background: {c.surface}; border: 1px solid {c.border}; border-radius: {Size.RADIUS}px; outline: none; margin: 1px;
  selection-background-color: {c.selection}; selection-color: {c.text};
}}
QAbstractItemView:focus {{ border: 2px solid {c.focus}; margin: 0; }}
QAbstractItemView::item {{ padding: {Space.HAIR}px; }}
QAbstractItemView::item:hover {{ background: {c.raised}; }}
QAbstractItemView::item:selected {{ background: {c.selection}; color: {c.text}; }}
QAbstractItemView[look="plain"], QAbstractItemView[look="plain"]:focus {{
  border: none; border-radius: 0; margin: 0;
}}
QListView[look="plain"]::item {{ padding: {Space.SMALL}px; }}
QHeaderView {{ border: none; margin: 0; background: {c.window}; border-radius: {Size.RADIUS}px; }}
QHeaderView::section {{
  background: {c.window}; color: {c.muted}; border: none; border-bottom: 1px solid {c.border};
  padding: {Space.HAIR}px {Space.SMALL}px;
}}
"""


def _statuses(c: Colours) -> str:
    rules = [f'QLabel[look="muted"] {{ color: {c.muted}; }}']
    for role in STATUS_ROLES:
        colour, soft = getattr(c, role), getattr(c, f"{role}_soft")
        rules.append(
            f'QFrame[look="{role}"] {{ background: {soft}; color: {colour}; border: none;'
            f" border-radius: {Size.RADIUS}px; }}"
        )
        # A label is a frame to the style sheet, so what holds for labels comes after what holds for frames.
        words = f'QLabel[look="{role}"], QFrame[look="{role}"] QLabel'
        rules.append(f"{words} {{ color: {colour}; background: transparent; }}")
        rules.append(f'QFrame[look="{role}"] QLabel[look="ink"] {{ color: {c.text}; }}')
    return "\n".join(rules)
