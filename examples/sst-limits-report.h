/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_LIMITS_REPORT_H
#define SST_LIMITS_REPORT_H

#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

/// What one scenario found: figures, and statements that hold or do not.
class LimitsReport
{
  public:
    /**
     * @param scenario its name
     * @param shows what it is there to show
     */
    LimitsReport(const std::string& scenario, const std::string& shows)
        : m_scenario(scenario),
          m_shows(shows)
    {
    }

    /**
     * @param name what the figure is of
     * @param value the figure
     * @param decimals digits behind the point
     */
    void Figure(const std::string& name, double value, int decimals = 0)
    {
        std::ostringstream text;
        text << std::fixed << std::setprecision(decimals) << value;
        m_figures.emplace_back(name, text.str());
    }

    /**
     * @param statement what is to hold
     * @param holds whether it does
     */
    void Check(const std::string& statement, bool holds)
    {
        m_checks.emplace_back(statement, holds);
    }

    /// @return whether every statement holds
    bool Holds() const
    {
        return std::all_of(m_checks.begin(), m_checks.end(), [](const auto& c) {
            return c.second;
        });
    }

    /**
     * @param os gets it for readers
     */
    void PrintText(std::ostream& os) const
    {
        std::size_t width = 0;
        for (const auto& [name, value] : m_figures)
        {
            width = std::max(width, name.size());
        }
        os << m_scenario << ": " << m_shows << "\n";
        for (const auto& [name, value] : m_figures)
        {
            os << "    " << std::left << std::setw(static_cast<int>(width)) << name << "  " << value
               << "\n";
        }
        for (const auto& [statement, holds] : m_checks)
        {
            os << (holds ? "    holds:          " : "    DOES NOT HOLD:  ") << statement << "\n";
        }
    }

    /**
     * @param os gets it as one line of JSON
     */
    void PrintJson(std::ostream& os) const
    {
        os << "{\"scenario\": \"" << m_scenario << "\", \"shows\": \"" << m_shows
           << "\", \"holds\": " << (Holds() ? "true" : "false") << ", \"figures\": {";
        const char* comma = "";
        for (const auto& [name, value] : m_figures)
        {
            os << comma << "\"" << name << "\": " << value;
            comma = ", ";
        }
        os << "}, \"checks\": {";
        comma = "";
        for (const auto& [statement, holds] : m_checks)
        {
            os << comma << "\"" << statement << "\": " << (holds ? "true" : "false");
            comma = ", ";
        }
        os << "}}\n";
    }

  private:
    std::string m_scenario;                                     //!< its name
    std::string m_shows;                                        //!< what it is there to show
    std::vector<std::pair<std::string, std::string>> m_figures; //!< in order
    std::vector<std::pair<std::string, bool>> m_checks;         //!< in order
};

#endif // SST_LIMITS_REPORT_H
